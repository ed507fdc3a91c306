//! Gates: bonuses that open and vetoes that fall at a subtotal.

use super::bounds::Bounds;
use super::reader::Node;
use super::source::Source;
use super::{Below, Component, ComponentKind, MistakeCode};
use crate::exact::Exact;

/// Finds the component with this id anywhere in the tree.
pub(super) fn find<'a>(components: &'a [Component], id: &str) -> Option<&'a Component> {
    components.iter().find_map(|component| match &component.kind {
        _ if component.id == id => Some(component),
        ComponentKind::Sum(parts) => find(parts, id),
        _ => None,
    })
}

/// Complains about bonuses whose gate no subtotal reaches.
pub(super) fn check(
    source: &mut Source<'_>,
    root: &Node<'_, '_>,
    bounds: &Bounds,
    components: &[Component],
) {
    let base: Vec<Component> =
        components.iter().filter(|component| component.gate().is_none()).cloned().collect();
    let (_, highest) = bounds.of(&base);
    for component in components {
        if let Some(gate) = component.gate().filter(|gate| !gate.is_open(&highest)) {
            let (bound, highest) = (gate.bound.to_string(), highest.to_string());
            let args = [("id", component.id.as_str()), ("bound", &*bound), ("highest", &*highest)];
            let at = root.place_in("component", &component.id, &["only-above", "only-from"]);
            source.mistake(at, MistakeCode::GateNeverOpens, &args);
        }
        if let ComponentKind::Sum(parts) = &component.kind {
            check(source, root, bounds, parts);
        }
    }
}

/// The keys `component` and `below` of a veto.
pub(super) fn read_below(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    veto: &str,
    components: &[Component],
    bounds: &Bounds,
) -> Option<Below> {
    let id = node.text(source, "component");
    let bound = node.number(source, "below");
    if id.is_none() && bound.is_none() {
        return None;
    }
    let id = id.or_else(|| node.needed_text(source, "component"))?;
    let bound = bound.or_else(|| node.needed_number(source, "below"))?;
    let Some(component) = find(components, id.value) else {
        let args = [("kind", "component"), ("id", id.value), ("known", "")];
        source.mistake(id.at, MistakeCode::UnknownReference, &args);
        return None;
    };
    let (lowest, _): (Exact, Exact) = bounds.own(component);
    if lowest >= bound.value {
        let (shown, lowest) = (bound.value.to_string(), lowest.to_string());
        let args = [("id", veto), ("bound", &*shown), ("lowest", &*lowest)];
        source.mistake(bound.at, MistakeCode::VetoNeverFalls, &args);
    }
    Some(Below { component: component.id.clone(), bound: bound.value })
}
