//! Each refusal of the ledger, provoked.

use super::*;

/// Each refusal of this area; `refusal.rs` provokes them with all the others.
pub(crate) const REFUSALS: &[Provocation] = &[
    ("wrong_stage", Chapter::Planned, |story| open_as(story, Source::Other, "B5", false)),
    ("ledger_unknown_entry", Chapter::Opened, close),
    ("ledger_unknown_letter", Chapter::Opened, send),
    ("ledger_unknown_unit", Chapter::Opened, |story| {
        let (unit, findings) = (unit("360102-LSB"), [FindingId(1)].into());
        act(story, "surveyor", LedgerStep::DraftLetter { unit, findings, text: digest("x") })
    }),
    ("ledger_unknown_item", Chapter::Opened, |story| open_as(story, Source::Other, "B99", false)),
    ("ledger_unknown_item", Chapter::Opened, |story| {
        with_unit(story);
        inspect_oneself(story, "head", &["B99"])
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_entry(story);
        verify(story, "inspector")
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_claim(story);
        accept(story, 5)
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_entry(story);
        act(story, "clerk", LedgerStep::Claim { entry: ONE, mechanism: digest("rule") })
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_claim(story);
        close(story)
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_claim(story);
        reopen(story)
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_entry(story);
        rule(story, "conduct", false)
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_closed(story);
        dispute(story)
    }),
    ("ledger_letter_state", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[1]).unwrap();
        send(story)
    }),
    ("ledger_letter_state", Chapter::Opened, |story| {
        with_sent_letter(story);
        redraft(story, &[1])
    }),
    ("ledger_letter_state", Chapter::Opened, |story| {
        with_sent_letter(story);
        meet(story).unwrap();
        meet(story)
    }),
    ("ledger_not_of_unit", Chapter::Opened, |story| {
        with_entry(story);
        let undertaking = undertaking(story, 5);
        act(story, "surveyor", LedgerStep::Accept { entry: ONE, undertaking })
    }),
    ("ledger_not_of_unit", Chapter::Opened, |story| {
        // The clerk is not the head.
        with_unit(story);
        inspect_oneself(story, "clerk", &[])
    }),
    ("ledger_not_of_unit", Chapter::Opened, |story| {
        with_sent_letter(story);
        confirm(story, "clerk")
    }),
    ("ledger_not_independent", Chapter::Opened, |story| {
        with_claim(story);
        verify(story, "clerk")
    }),
    ("ledger_not_independent", Chapter::Opened, |story| {
        with_entry(story);
        let declare = OpinionStep::DeclareInterest { unit: unit(UNIT) };
        story.step("surveyor", Step::Opinion(declare)).unwrap();
        open_as(story, Source::Other, "B4", false)
    }),
    ("ledger_not_one_up", Chapter::Opened, |story| {
        with_entry(story);
        dispute(story).unwrap();
        rule(story, "surveyor", false)
    }),
    ("ledger_deadline", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, -1)
    }),
    ("ledger_deadline", Chapter::Opened, |story| {
        // At once is not in a month.
        with_entry(story);
        let mut undertaking = undertaking(story, 30);
        undertaking.manner = Manner::AtOnce;
        act(story, "clerk", LedgerStep::Accept { entry: ONE, undertaking })
    }),
    ("ledger_deadline", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, 10).unwrap();
        ask(story, 10)
    }),
    ("ledger_no_evidence", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, 10).unwrap();
        act(story, "clerk", LedgerStep::Start { entry: ONE }).unwrap();
        act(story, "clerk", LedgerStep::Claim { entry: ONE, mechanism: digest("rule") })
    }),
    ("ledger_no_evidence", Chapter::Opened, |story| {
        // The proofs of a claim that was returned prove nothing any more.
        with_claim(story);
        let (reason, was_false) = (digest("not done"), true);
        act(story, "inspector", LedgerStep::Return { entry: ONE, reason, was_false }).unwrap();
        act(story, "clerk", LedgerStep::Start { entry: ONE }).unwrap();
        act(story, "clerk", LedgerStep::Claim { entry: ONE, mechanism: digest("rule") })
    }),
    ("ledger_call_back_missing", Chapter::Opened, |story| {
        with_sent_letter(story);
        accept(story, 10).unwrap();
        work(story);
        verify(story, "inspector").unwrap();
        close(story)
    }),
    ("ledger_not_its_opinion", Chapter::Opened, |story| {
        with_closed(story);
        call(story, 1, CallBack::Satisfied)
    }),
    ("ledger_no_wish", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, 10).unwrap();
        grant(story, true)
    }),
    ("ledger_no_wish", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, 10).unwrap();
        ask(story, 20).unwrap();
        ask(story, 21)
    }),
    ("ledger_wrong_source", Chapter::Opened, |story| {
        with_unit(story);
        let source = Source::Finding { finding: FindingId(1), letter: LETTER };
        open_as(story, source, "B5", false)
    }),
    ("ledger_how_many", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[])
    }),
    ("ledger_not_its_finding", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[2])
    }),
    ("ledger_not_its_finding", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[1]).unwrap();
        draft(story, &[1])
    }),
    ("ledger_not_its_finding", Chapter::Opened, |story| {
        // Dissolved after the letter was signed.
        with_finding(story);
        draft(story, &[1]).unwrap();
        sign(story, "letter").unwrap();
        let dissolve = SortingStep::Dissolve { finding: FindingId(1) };
        story.step("surveyor", Step::Sorting(dissolve)).unwrap();
        send(story)
    }),
    ("ledger_not_recurring", Chapter::Opened, |story| {
        with_entry(story);
        let (source, problem) = (Source::Other, digest("again"));
        act(story, "surveyor", LedgerStep::Recur { entry: ONE, source, problem })
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[1]).unwrap();
        sign(story, "another text")
    }),
];
