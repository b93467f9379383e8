//! The catalog file: what the owner of a business writes by hand to say what is offered, by whom and when.
//!
//! An owner corrects a file faster from one complete list than from one fault at a time, so reading never stops at the
//! first fault: TOML becomes a tree that knows its lines, and every field of it is judged for itself.

mod check;
mod deposits;
mod export;
mod faults;
mod fields;
mod hours;
mod locations;
mod masters;
mod promos;
mod services;
#[cfg(test)]
mod tests;
mod units;
mod vouchers;

use toml::{Spanned, de::DeTable};

pub use self::{export::write, faults::Fault};
use self::{
    faults::{Faults, syntax_faults},
    fields::Fields,
};
use crate::domain::catalog::Plan;

/// Reads a catalog file's text; every fault with its line, or the plan.
///
/// Working hours come sorted by weekday and start, breaks and time off by start, and skills, add-ons' bases and
/// exclusions in the order of the services, so that two files that say the same give equal plans.
pub fn parse(text: &str) -> Result<Plan, Vec<Fault>> {
    let (root, errors): (Spanned<DeTable<'_>>, _) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(syntax_faults(text, &errors));
    }
    let faults = Faults::new(text);
    let plan = check::plan(&Fields::root(root.get_ref(), &faults));
    let found = faults.into_sorted();
    if found.is_empty() { Ok(plan) } else { Err(found) }
}
