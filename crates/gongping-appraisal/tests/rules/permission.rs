//! What a duty allows, and where (A1, A3).

use crate::story::{Chapter, PEOPLE, Story, account, unit};
use gongping_appraisal::permission::{
    ALL, ManageUnits, PlanAppraisal, SeeOwnUnit, SeeWorkplace, SignRankingForOffice,
};
use gongping_appraisal::{Command, Duty, DutyGrant, Permission, PermissionRule, Scope};
use std::collections::BTreeSet;

fn permits(story: &Story, rule: &PermissionRule, who: &str, place: &str) -> bool {
    story.world.permits(rule, &account(who), &unit(place))
}

#[test]
fn a_duty_carries_what_the_matrix_says_and_nothing_else() {
    let story = Story::province(Chapter::People);
    for rule in ALL {
        for (who, duty) in PEOPLE {
            let expected = rule.duties.contains(&duty);
            assert_eq!(permits(&story, rule, who, "360000-LSB"), expected, "{who}: {}", rule.name);
        }
    }
}

#[test]
fn a_subtree_permission_reaches_every_unit_below_and_none_beside() {
    let mut story = Story::province(Chapter::People);
    story
        .open_account("city-admin", "city-admin", &[(Duty::Administrator, unit("360100-LSB"))])
        .unwrap();
    assert_eq!(ManageUnits::RULE.scope, Scope::Subtree);
    for below in ["360100-LSB", "360102-LSB", "360102-LSB-W1"] {
        assert!(permits(&story, &ManageUnits::RULE, "city-admin", below), "{below}");
        assert!(permits(&story, &ManageUnits::RULE, "admin", below), "{below}");
    }
    for elsewhere in ["360000-LSB", "360200-LSB", "369999-LSB"] {
        assert!(!permits(&story, &ManageUnits::RULE, "city-admin", elsewhere), "{elsewhere}");
    }
}

#[test]
fn an_own_permission_does_not_reach_the_level_below() {
    let story = Story::province(Chapter::People);
    for rule in ALL.iter().filter(|rule| rule.scope == Scope::Own) {
        for (who, _) in PEOPLE {
            for below in ["360100-LSB", "360102-LSB", "360102-LSB-W1"] {
                assert!(!permits(&story, rule, who, below), "{who}: {} at {below}", rule.name);
            }
        }
    }
}

#[test]
fn an_appraised_unit_sees_itself_and_no_workplace() {
    let mut story = Story::province(Chapter::People);
    let city = unit("360100-LSB");
    story.open_account("city", "city", &[(Duty::AppraisedUnit, city.clone())]).unwrap();
    assert!(story.world.allow::<SeeOwnUnit>(&account("city"), &city).is_ok());
    assert!(story.world.allow::<SeeWorkplace>(&account("city"), &city).is_err());
    assert!(story.world.allow::<SeeOwnUnit>(&account("city"), &unit("360200-LSB")).is_err());
    assert!(story.world.allow::<SeeOwnUnit>(&account("city"), &unit("360102-LSB")).is_err());
}

#[test]
fn a_closed_account_may_do_nothing() {
    let mut story = Story::province(Chapter::People);
    for (who, _) in PEOPLE.iter().filter(|(who, _)| *who != "admin") {
        let account = account(who);
        story.act("admin", Command::CloseAccount { account }).unwrap();
    }
    for rule in ALL {
        for (who, _) in PEOPLE.iter().filter(|(who, _)| *who != "admin") {
            assert!(!permits(&story, rule, who, "360000-LSB"), "{who}: {}", rule.name);
        }
    }
    assert!(story.world.account_by_login("leader").is_none());
    // The name is free again; the closed account stays closed.
    story.open_account("leader-2", "leader", &[]).unwrap();
    assert_eq!(story.world.account_by_login("leader").unwrap().id, account("leader-2"));
}

#[test]
fn an_unknown_account_may_do_nothing() {
    let story = Story::province(Chapter::People);
    for rule in ALL {
        assert!(!permits(&story, rule, "nobody", "360000-LSB"), "{}", rule.name);
    }
}

#[test]
fn changed_duties_hold_from_the_next_moment() {
    let mut story = Story::province(Chapter::People);
    let organiser = story.organiser.clone();
    assert!(story.world.allow::<PlanAppraisal>(&account("coordinator"), &organiser).is_ok());
    let duties = BTreeSet::from([DutyGrant { duty: Duty::Liaison, unit: organiser.clone() }]);
    let account_id = account("coordinator");
    story.act("admin", Command::ChangeDuties { account: account_id, duties }).unwrap();
    assert!(story.world.allow::<PlanAppraisal>(&account("coordinator"), &organiser).is_err());
    assert!(story.world.allow::<SeeWorkplace>(&account("coordinator"), &organiser).is_ok());
}

#[test]
fn the_proof_says_who_and_where() {
    let story = Story::province(Chapter::People);
    let allowed =
        story.world.allow::<SignRankingForOffice>(&account("director"), &story.organiser).unwrap();
    assert_eq!((allowed.account(), allowed.unit()), (&account("director"), &story.organiser));
}

#[test]
fn the_two_bodies_share_no_signature() {
    let rule = |name: &str| ALL.iter().find(|rule| rule.name == name).unwrap();
    for what in ["SignSurveyFor", "SignRankingFor"] {
        let office = rule(&format!("{what}Office"));
        let statistics = rule(&format!("{what}Statistics"));
        assert!(office.duties.iter().all(|duty| !statistics.duties.contains(duty)), "{what}");
    }
    let names: BTreeSet<_> = ALL.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), ALL.len());
}
