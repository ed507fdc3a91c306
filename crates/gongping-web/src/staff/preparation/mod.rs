//! Preparation (A2, C1, C2): plans of the levels below, roster, channels.

mod channel;
mod plan;
mod plans;
mod roster;
mod task;

pub(super) use task::tasks;

use super::{frame, unit_name};
use crate::frame::Frame;
use crate::{Routes, Visitor, Web};
use gongping_appraisal::{Appraisal, permission};

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = plans::routes(routes);
    let routes = plan::routes(routes);
    let routes = roster::routes(routes);
    channel::routes(routes)
}

/// The frame of a page; a unit's people cannot open the appraisals of others.
fn preparation_frame(web: &Web, visitor: &Visitor, appraisal: &Appraisal, title: &str) -> Frame {
    if visitor.may::<permission::SeeWorkplace>(&appraisal.organiser) {
        super::appraisal_frame(web, visitor, appraisal, title)
    } else {
        let organiser = unit_name(&visitor.world, &appraisal.organiser, web.app.today());
        frame(web, visitor, title).crumb(organiser, format!("/a/{}", appraisal.id))
    }
}
