//! Forged files and chains.

use super::Forgery;
use crate::common::*;
use crate::forge::*;
use gongping_seal::*;

pub const ARCHIVE: &[Forgery] = &[
    ("truncated in an entry", Check::Archive, |s| {
        let mut bytes = archive(&s.items);
        bytes.truncate(bytes.len() - 700);
        bytes
    }),
    ("truncated in the padding", Check::Archive, |s| {
        let mut bytes = archive(&s.items);
        bytes.pop();
        bytes
    }),
    ("empty", Check::Archive, |_| Vec::new()),
    ("something in the padding", Check::Archive, |s| {
        let mut bytes = archive(&s.items);
        *bytes.last_mut().unwrap() = 1;
        bytes
    }),
    ("end blocks as other programs write them", Check::Archive, |s| {
        [archive(&s.items), vec![0; 1024]].concat()
    }),
    ("another time in one header", Check::Archive, |s| {
        let mut bytes = archive(&s.items[..1]);
        let mut other = ArchiveWriter::append(&mut bytes, TIMESTAMP + 1);
        other.write(&s.items[1]).unwrap();
        bytes
    }),
    ("no header", Check::Header, |s| archive(&s.items[1..])),
    ("header of another version", Check::Header, |s| {
        edit(s, 0, "\"version\":1", "\"version\":2");
        archive(&s.items)
    }),
    ("header with another time than the archive", Check::Header, |s| {
        edit(s, 0, "175", "174");
        archive(&s.items)
    }),
    ("second header", Check::EntryName, |s| {
        s.items.insert(6, Item::header(TIMESTAMP));
        archive(&s.items)
    }),
    ("contents that do not have the hash in the name", Check::EntryName, |s| {
        let at = s.ballot(0);
        s.items[at].bytes[100] ^= 1;
        archive(&s.items)
    }),
    ("a file name of another kind", Check::EntryName, |s| {
        s.items[1].name = "election.json".to_owned();
        archive(&s.items)
    }),
];

pub const CHAIN: &[Forgery] = &[
    ("an event with a field too many", Check::Structure, |s| {
        let at = s.event(EventType::EndBallots);
        edit(s, at, "\"type\"", "\"extra\":1,\"type\"");
        s.relinked()
    }),
    ("an event with fields in another order", Check::Structure, |s| {
        let at = s.event(EventType::EndBallots);
        edit(s, at, "\"height\":4,\"type\":\"EndBallots\"", "\"type\":\"EndBallots\",\"height\":4");
        s.relinked()
    }),
    ("two ballots in the other order", Check::Parent, |s| {
        let (first, second) = (s.ballot(0), s.ballot(1));
        s.items.swap(first, second);
        s.items.swap(first + 1, second + 1);
        archive(&s.items)
    }),
    ("a ballot taken out", Check::Parent, |s| {
        let at = s.ballot(1);
        s.items.drain(at..at + 2);
        archive(&s.items)
    }),
    ("the first event with a parent", Check::Parent, |s| {
        let zero = "0".repeat(64);
        edit(s, 5, "{\"height\"", &format!("{{\"parent\":\"{zero}\",\"height\""));
        s.relinked()
    }),
    ("a gap in the heights", Check::Height, |s| {
        let at = s.event(EventType::EndBallots);
        edit(s, at, "\"height\":4", "\"height\":5");
        s.relinked()
    }),
    ("an added entry nobody refers to", Check::Payload, |s| {
        let at = s.ballot(1);
        s.items.insert(at, data("{}"));
        archive(&s.items)
    }),
    ("an added entry at the end", Check::Payload, |s| {
        s.items.push(data("{}"));
        archive(&s.items)
    }),
    ("many added entries", Check::Payload, |s| {
        (0..9).for_each(|n| s.items.push(data(&n.to_string())));
        archive(&s.items)
    }),
    ("an event that refers to something else", Check::Payload, |s| {
        let (at, other) = (s.ballot(0) + 1, s.hash(1));
        let own = s.hash(at - 1);
        edit(s, at, &own, &other);
        s.relinked()
    }),
    ("a close with a payload", Check::Payload, |s| {
        let (at, other) = (s.event(EventType::EndBallots), s.hash(1));
        let with = format!("\"EndBallots\",\"payload\":\"{other}\"");
        edit(s, at, "\"EndBallots\"", &with);
        s.relinked()
    }),
    ("a tally before the close", Check::EventOrder, |s| {
        let at = s.event(EventType::EndBallots);
        s.items.remove(at);
        s.rechained()
    }),
    ("a second set-up", Check::EventOrder, |s| {
        let again: Vec<_> = s.items[1..6].to_vec();
        s.items.splice(6..6, again);
        s.rechained()
    }),
    ("a second result", Check::EventOrder, |s| {
        let again: Vec<_> = s.items[s.items.len() - 2..].to_vec();
        s.items.extend(again);
        s.rechained()
    }),
    ("a shuffle", Check::EventOrder, |s| {
        let at = s.event(EventType::EndBallots);
        edit(s, at, "EndBallots", "EndShuffles");
        s.relinked()
    }),
    ("no set-up", Check::EventOrder, |s| archive(&s.items[..1])),
    ("a ballot after the close", Check::BallotAfterClose, |s| {
        let (at, end) = (s.ballot(2), s.event(EventType::EndBallots));
        let event = s.items.remove(end);
        s.items.insert(at, event);
        s.rechained()
    }),
];
