//! Stories that show every change of state, compared with the drawing.

use super::*;

/// Stories that together show every arrow.
fn stories() -> Vec<Story> {
    let begin = || Story::province(Chapter::Opened);
    // A finding, from the letter to closing, and filers who are not satisfied.
    let mut told = begin();
    with_finding(&mut told);
    draft(&mut told, &[1]).unwrap();
    redraft(&mut told, &[1]).unwrap();
    sign(&mut told, "letter").unwrap();
    redraft(&mut told, &[1]).unwrap();
    sign(&mut told, "letter").unwrap();
    send(&mut told).unwrap();
    meet(&mut told).unwrap();
    confirm(&mut told, "head").unwrap();
    accept(&mut told, 10).unwrap();
    work(&mut told);
    verify(&mut told, "inspector").unwrap();
    call(&mut told, 1, CallBack::NotSatisfied).unwrap();
    accept(&mut told, 10).unwrap();
    work(&mut told);
    verify(&mut told, "inspector").unwrap();
    call(&mut told, 1, CallBack::Satisfied).unwrap();
    close(&mut told).unwrap();
    call(&mut told, 2, CallBack::NotReached).unwrap();
    let mut late_word = told.clone();
    call(&mut late_word, 2, CallBack::NotSatisfied).unwrap();
    // Another letter about the same item.
    let mut again = told.clone();
    let mut filing = again.entries.iter().find_map(|entry| match &entry.body {
        Event::Opinion { what: gongping_appraisal::OpinionEvent::Filed { filing, .. }, .. } => {
            Some(filing.clone())
        }
        _ => None,
    });
    let filing = filing.as_mut().unwrap();
    filing.lookup = digest("third");
    again.step(PUBLIC_ACTOR, Step::Opinion(OpinionStep::File(filing.clone()))).unwrap();
    form(&mut again, &[3]);
    draft(&mut again, &[2]).unwrap();
    let second = LetterId(2);
    let text = digest("letter");
    act(&mut again, "director", LedgerStep::SignLetter { letter: second, text }).unwrap();
    act(&mut again, "surveyor", LedgerStep::SendLetter { letter: second }).unwrap();
    confirm(&mut again, "head").unwrap_err();
    act(&mut again, "head", LedgerStep::ConfirmLetter { letter: second }).unwrap();
    let (attitude, minute) = (Attitude::AcceptsInPart, digest("second meeting"));
    let record = LedgerStep::RecordMeeting { letter: second, attitude, minute };
    act(&mut again, "surveyor", record).unwrap();
    // Disputes at each state.
    let mut disputed = begin();
    with_entry(&mut disputed);
    dispute(&mut disputed).unwrap();
    rule(&mut disputed, "conduct", true).unwrap();
    accept(&mut disputed, 10).unwrap();
    ask(&mut disputed, 20).unwrap();
    grant(&mut disputed, true).unwrap();
    act(&mut disputed, "clerk", LedgerStep::Start { entry: ONE }).unwrap();
    ask(&mut disputed, 30).unwrap();
    grant(&mut disputed, false).unwrap();
    act(&mut disputed, "clerk", LedgerStep::AddEvidence { entry: ONE, evidence: proof() }).unwrap();
    let mechanism = digest("rule");
    act(&mut disputed, "clerk", LedgerStep::Claim { entry: ONE, mechanism }).unwrap();
    let (reason, was_false) = (digest("not done"), true);
    let back = LedgerStep::Return { entry: ONE, reason, was_false };
    act(&mut disputed, "inspector", back).unwrap();
    dispute(&mut disputed).unwrap();
    rule(&mut disputed, "conduct", true).unwrap();
    work(&mut disputed);
    verify(&mut disputed, "leader").unwrap();
    reopen(&mut disputed).unwrap();
    dispute(&mut disputed).unwrap();
    rule(&mut disputed, "conduct", true).unwrap();
    dispute(&mut disputed).unwrap();
    rule(&mut disputed, "conduct", false).unwrap();
    // Closed, found false, closed, come up again.
    let mut relapsed = begin();
    with_closed(&mut relapsed);
    reopen(&mut relapsed).unwrap();
    accept(&mut relapsed, 20).unwrap();
    work(&mut relapsed);
    verify(&mut relapsed, "inspector").unwrap();
    close(&mut relapsed).unwrap();
    let mut named = relapsed.clone();
    open_as(&mut relapsed, Source::Inspection, "B5", false).unwrap();
    let (source, problem) = (Source::LowRating, digest("again"));
    act(&mut named, "surveyor", LedgerStep::Recur { entry: ONE, source, problem }).unwrap();
    let mut own = begin();
    with_unit(&mut own);
    inspect_oneself(&mut own, "head", &["B5"]).unwrap();
    let mut met_first = begin();
    with_sent_letter(&mut met_first);
    confirm(&mut met_first, "head").unwrap();
    meet(&mut met_first).unwrap();
    vec![told, late_word, again, disputed, relapsed, named, own, met_first]
}

fn compare(heading: &str, seen: &BTreeSet<Arrow>) {
    let start = DRAWING.find(&format!("## {heading}\n")).unwrap();
    let rest = &DRAWING[start..];
    assert_drawn(&rest[..rest[2..].find("\n## ").map_or(rest.len(), |end| end + 2)], seen);
}

#[test]
fn the_drawing_shows_every_change_of_state_and_no_other() {
    let (mut entries, mut letters) = (BTreeSet::new(), BTreeSet::new());
    for story in stories() {
        let id = story.id();
        let mut world = World::default();
        let entry_state = |world: &World, entry| {
            let known = world.appraisal(&id).and_then(|known| known.ledger.get(entry));
            known.map_or("[*]".to_owned(), |known| known.state.as_str().to_owned())
        };
        let letter_state = |world: &World, letter| {
            let known = world.appraisal(&id).and_then(|known| known.ledger.letter(letter));
            known.map_or("[*]".to_owned(), |known| known.state.as_str().to_owned())
        };
        for entry in &story.entries {
            let before = world.clone();
            world.evolve(entry);
            let Event::Ledger { what, .. } = &entry.body else { continue };
            let kind = entry.body.kind().replace("ledger_", "");
            for id in what.entries() {
                entries.insert((entry_state(&before, id), kind.clone(), entry_state(&world, id)));
            }
            if let Some(id) = what.letter() {
                letters.insert((letter_state(&before, id), kind, letter_state(&world, id)));
            }
        }
    }
    compare("Entry", &entries);
    compare("Letter", &letters);
}

#[test]
fn every_event_answers_its_own_command() {
    for story in stories() {
        for entry in &story.entries {
            let Event::Ledger { what, .. } = &entry.body else { continue };
            // Repeating the log must lead to the same events.
            let mut before = World::default();
            for earlier in story.entries.iter().take_while(|earlier| *earlier != entry) {
                before.evolve(earlier);
            }
            let now = jiff::Timestamp::from_microsecond(entry.at_us).unwrap();
            let context = Context { now, actor: entry.actor.clone(), seen: None };
            let command = Command::Within(story.id(), Step::Ledger(what.step()));
            let again = decide(&before, command, &context).unwrap();
            assert_eq!(again, std::slice::from_ref(&entry.body));
            assert!(what.commitments().len() <= 3);
            if let LedgerEvent::Accepted { undertaking, .. } = what {
                let planned = matches!(undertaking.manner, Manner::Planned { .. });
                assert_eq!(what.commitments().len(), 1 + usize::from(planned));
            }
        }
    }
}
