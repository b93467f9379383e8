//! What all tables have in common that spreadsheets open.

/// The mark by which spreadsheets know UTF-8.
pub const BOM: &str = "\u{feff}";

/// Spreadsheets calculate what begins like this, whoever wrote it.
pub(super) fn no_formula(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_calculated() {
        for (cell, safe) in [
            ("=cmd()", "'=cmd()"),
            ("+49 30", "'+49 30"),
            ("-1", "'-1"),
            ("@name", "'@name"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("Ann = Bob", "Ann = Bob"),
            ("", ""),
        ] {
            assert_eq!(no_formula(cell.to_owned()), safe);
        }
    }
}
