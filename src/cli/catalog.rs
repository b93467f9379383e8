//! `vizit catalog apply` and `vizit catalog export`.

use std::{
    io::{self, Write as _},
    path::Path,
};

use anyhow::Context as _;

use super::{connect, say};
use crate::{catalog, config::Settings, db, services};

pub(super) async fn apply(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let plan = catalog::parse(&text).map_err(|faults| {
        let lines = faults.iter().map(|fault| format!("\n  {}: {fault}", file.display()));
        anyhow::anyhow!("the catalog was not changed:{}", lines.collect::<String>())
    })?;
    let services = connect(settings).await?;
    db::MIGRATOR.run(&services.pool).await.context("the database cannot be brought up to date")?;
    services::catalog::apply(&services, &plan).await?;
    let (locations, offers, masters) = (plan.locations.len(), plan.services.len(), plan.masters.len());
    let (vouchers, codes) = (plan.vouchers.len(), plan.promos.len());
    say(&format!(
        "in force: {locations} locations, {offers} services, {masters} masters, {vouchers} vouchers, {codes} codes"
    ))?;
    Ok(())
}

pub(super) async fn export(settings: &Settings) -> anyhow::Result<()> {
    let services = connect(settings).await?;
    let plan = services::catalog::export(&services).await?;
    io::stdout().write_all(catalog::write(&plan).as_bytes())?;
    Ok(())
}
