//! The areas of which work takes more or less of a package are those of the workspace.

use crate::db::Tx;
use crate::hours::Terms;
use crate::kernel::error::{Fault, FaultCode, Faults, Result};
use crate::slices::accounts::workspaces::store as workspaces;

/// Finds areas that the workspace does not have and the terms of before did not name. One that names none has them all.
pub async fn check(tx: &mut Tx, terms: &Terms, before: Option<&Terms>, faults: &mut Faults) -> Result<()> {
    let named = terms.area_factors.as_deref().unwrap_or_default();
    if named.is_empty() {
        return Ok(());
    }
    let known = workspaces::areas(tx).await?;
    let old = before.and_then(|before| before.area_factors.as_deref()).unwrap_or_default();
    for (i, factor) in named.iter().enumerate() {
        let is_old = old.iter().any(|old| old.area == factor.area);
        if !known.is_empty() && !known.contains(&factor.area) && !is_old {
            let allowed = known.iter().map(|area| &**area).collect::<Vec<_>>().join(", ");
            let fault = Fault::new(format!("/terms/area_factors/{i}/area"), FaultCode::UnknownValue);
            faults.push(fault.with("allowed", allowed).reads("/terms/kind"));
        }
    }
    Ok(())
}
