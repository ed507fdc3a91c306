use super::{Rulebook, RulebookMistake};
pub(super) fn parse(_text: &str) -> Result<Rulebook, Vec<RulebookMistake>> {
    Err(Vec::new())
}
