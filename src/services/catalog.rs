//! Putting a catalog into force, and reading it back.

use super::{ServiceError, Services};
use crate::{
    db,
    domain::{catalog::Plan, ids::TelegramId},
};

/// Makes the plan the catalog in force, all or nothing. Applying it again changes nothing.
pub async fn apply(services: &Services, plan: &Plan) -> Result<(), ServiceError> {
    let mut transaction = services.pool.begin().await?;
    db::catalog::apply(&mut transaction, plan).await?;
    transaction.commit().await?;
    Ok(())
}

/// The catalog in force.
pub async fn export(services: &Services) -> Result<Plan, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(db::catalog::export(&mut conn).await?)
}

/// The Telegram accounts that see the staff's commands.
pub async fn staff(services: &Services) -> Result<Vec<TelegramId>, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(db::catalog::staff(&mut conn).await?)
}
