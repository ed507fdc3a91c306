//! The issuer's machine: codes are made, written, read, checked, printed and replaced.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_locale::{Locale, Texts};
use gongping_seal::SlipCode;
use gongping_slips::{
    BallotLink, CodeWork, FontMistake, PaperMistake, PublicLists, ReplaceMistake, SLIPS_ON_A_PAGE,
    SecretList, SecretMistake, SlipFont, Square, WorkMistake, replace, slips_pdf,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeSet;
use std::path::Path;

/// Two sheets share the box of the first unit.
fn work() -> CodeWork {
    let text = r#"{"appraisal":"2026-360400-LSB","title":"九江市劳动保障系统2026年民主评议政风行风",
        "closesAt":"2026-07-30T10:00:00Z","vote":"/a/2026-360400-LSB/vote","sheets":[
        {"sheet":"01","group":{"zh-Hans":"办事群众","zh-Hant":"辦事群眾","en":"Service users"},
         "units":["濂溪区人力资源和社会保障局"],"count":9,
         "boxes":[{"id":"2026-360400-LSB.360402-LSB.service-users","uuid":"Gongping1Test2A"}]},
        {"sheet":"12","group":{"zh-Hans":"办事群众","zh-Hant":"辦事群眾","en":"Service users"},
         "units":["濂溪区","浔阳区"],"count":3,
         "boxes":[{"id":"2026-360400-LSB.360402-LSB.service-users","uuid":"Gongping1Test2A"},
                  {"id":"2026-360400-LSB.360403-LSB.service-users","uuid":"Gongping1Test2B"}]}]}"#;
    CodeWork::parse(text.as_bytes()).unwrap()
}

fn dice() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(5)
}

fn issued() -> (CodeWork, SecretList, BallotLink) {
    let work = work();
    let secret = SecretList::generate(&work, &mut dice());
    let link = BallotLink::new("https://pingyi.example/", &work).unwrap();
    (work, secret, link)
}

#[test]
fn every_box_gets_a_key_of_each_code_that_opens_it() {
    let (work, secret, _) = issued();
    let lists = PublicLists::derive(&work, &secret, |_| {});
    let sizes: Vec<usize> = lists.boxes.iter().map(|b| b.public_credentials.len()).collect();
    assert_eq!(sizes, [12, 3]);
    for of_box in &lists.boxes {
        assert!(of_box.public_credentials.is_sorted());
        of_box.fingerprint().unwrap();
    }
    let text = String::from_utf8(lists.to_json()).unwrap();
    for line in secret.lines() {
        assert!(!text.contains(&line.code.credential.to_string()));
    }
    let other = SecretList::generate(&work, &mut ChaCha20Rng::seed_from_u64(6));
    assert_ne!(PublicLists::derive(&work, &other, |_| {}), lists);
}

#[test]
fn the_secret_list_is_read_as_it_was_written_and_as_spreadsheets_save_it() {
    let (_, secret, link) = issued();
    let text = secret.to_csv("测评表,序号,邀请码,链接", &link);
    assert_eq!(text.lines().count(), 13);
    assert!(text.contains(",https://pingyi.example/a/2026-360400-LSB/vote#01-"));
    assert_eq!(SecretList::from_csv(text.as_bytes()).unwrap(), secret);
    let saved = text.replace("\u{feff}", "").replace("\r\n01,", "\n1,").replace("\r\n", "\n");
    assert_eq!(SecretList::from_csv(saved.as_bytes()).unwrap(), secret);
}

#[test]
fn a_damaged_secret_list_is_refused_with_its_row() {
    let (_, secret, link) = issued();
    let text = secret.to_csv("a,b,c,d", &link);
    let third = text.lines().nth(2).unwrap();
    let twice = format!("{}{third}\r\n", *text);
    let refused = SecretList::from_csv(twice.as_bytes()).unwrap_err();
    assert!(matches!(refused, SecretMistake::Twice { row: 14 }), "{refused}");
    let code = secret.lines()[1].code.printed();
    let swapped = format!("{}{}{}{}", &code[..3], &code[4..5], &code[3..4], &code[5..]);
    let wrong = text.replace(&format!(",{}", *code), &format!(",{swapped}"));
    let refused = SecretList::from_csv(wrong.as_bytes()).unwrap_err();
    assert!(matches!(refused, SecretMistake::Code { row: 3, .. }), "{refused}");
    let refused = SecretList::from_csv(b"a,b,c\r\n1,x,y\r\n").unwrap_err();
    assert!(matches!(refused, SecretMistake::Table { row: 2, .. }), "{refused}");
}

#[test]
fn a_lost_code_is_replaced_in_all_boxes_of_its_sheet() {
    let (work, secret, _) = issued();
    let lost = secret.of_sheet(12).nth(1).unwrap().clone();
    let by_code = [lost.code.printed().to_string()];
    for named in [["12-2".to_owned()], ["12-0002".to_owned()], by_code] {
        let mut dice = ChaCha20Rng::seed_from_u64(8);
        let (after, added, change) = replace(&work, &secret, &named, &mut dice).unwrap();
        assert_eq!(after.lines().len(), secret.lines().len());
        assert!(!after.lines().contains(&lost));
        assert_eq!(added.len(), 1);
        assert_eq!(added[0].serial(), "12-0004", "no serial number comes twice");
        // What is handed in is exactly the difference of the public lists.
        let before = PublicLists::derive(&work, &secret, |_| {});
        let then = PublicLists::derive(&work, &after, |_| {});
        assert_eq!(change.boxes.len(), 2);
        for ((old, new), of_box) in before.boxes.iter().zip(&then.boxes).zip(&change.boxes) {
            let keys = |list: &Vec<String>| list.iter().cloned().collect::<BTreeSet<String>>();
            let (old, new) = (keys(&old.public_credentials), keys(&new.public_credentials));
            assert_eq!(old.difference(&new).cloned().collect::<Vec<_>>(), of_box.struck);
            assert_eq!(new.difference(&old).cloned().collect::<Vec<_>>(), of_box.added);
        }
    }
}

#[test]
fn what_cannot_be_replaced_is_refused() {
    let (work, secret, _) = issued();
    let replace_named = |named: &[&str]| {
        let named: Vec<String> = named.iter().map(|text| (*text).to_owned()).collect();
        replace(&work, &secret, &named, &mut dice()).map(|(_, added, _)| added.len())
    };
    assert_eq!(replace_named(&[]), Err(ReplaceMistake::Nothing));
    assert_eq!(replace_named(&["01-99"]), Err(ReplaceMistake::NotThere("01-99".to_owned())));
    assert_eq!(replace_named(&["01-1", "12-1"]), Err(ReplaceMistake::SeveralSheets));
    assert_eq!(replace_named(&["01-1", "01-0001"]), Ok(1), "the same slip named twice");
    assert_eq!(replace_named(&["01-1", "01-2"]), Ok(2));
    // A code that may be somebody's is not repeated where it can be read over the shoulder.
    let stranger = SecretList::generate(&work, &mut ChaCha20Rng::seed_from_u64(6));
    let code = stranger.lines()[0].code.printed();
    let Err(ReplaceMistake::NotThere(named)) = replace_named(&[&code]) else { panic!("found") };
    assert!(!named.contains(&code[3..10]));
}

#[test]
fn the_square_holds_the_link_and_the_link_the_code() {
    let (_, secret, link) = issued();
    for line in secret.lines() {
        let text = link.with(&line.code);
        let square = Square::of(&text).unwrap();
        // As a telephone sees it: three pixels to a module, within a quiet zone of four modules.
        let side = (square.size() + 8) * 3;
        let dark: Vec<Vec<bool>> = (0..square.size())
            .map(|row| {
                let mut modules = vec![false; square.size()];
                for (start, length) in square.runs(row) {
                    modules[start..start + length].fill(true);
                }
                modules
            })
            .collect();
        let is_dark = |x: usize, y: usize| {
            let module = |at: usize| (at / 3).checked_sub(4).filter(|at| *at < square.size());
            module(x).zip(module(y)).is_some_and(|(x, y)| dark[y][x])
        };
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, is_dark);
        let [grid] = &image.detect_grids()[..] else { panic!("one code") };
        let (_, read) = grid.decode().unwrap();
        assert_eq!(read, *text);
        let (_, fragment) = read.split_once('#').unwrap();
        assert_eq!(SlipCode::read(fragment).unwrap(), line.code);
    }
}

#[test]
fn slips_are_printed_eight_to_a_page_in_every_language() {
    let (work, secret, link) = issued();
    for locale in Locale::ALL {
        let font = SlipFont::of_system(locale).unwrap();
        let t = Texts(locale);
        let pdf = slips_pdf(&work, secret.lines(), &link, &font, work.closes_at, t).unwrap();
        assert!(pdf.starts_with(b"%PDF-1."));
        let pages = String::from_utf8_lossy(&pdf).matches("/Type/Page/").count();
        assert_eq!(pages, secret.lines().len().div_ceil(SLIPS_ON_A_PAGE), "{locale:?}");
        // The font is embedded with the characters that occur, not whole.
        assert!(pdf.len() < 400_000, "{} bytes", pdf.len());
        let again = slips_pdf(&work, secret.lines(), &link, &font, work.closes_at, t).unwrap();
        assert_eq!(pdf, again);
    }
}

#[test]
fn a_font_without_the_characters_is_refused() {
    let (work, secret, link) = issued();
    let path = Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
    if path.exists() {
        let font = SlipFont::from_file(path, Locale::ZhHans).unwrap();
        let t = Texts(Locale::ZhHans);
        let refused = slips_pdf(&work, secret.lines(), &link, &font, work.closes_at, t);
        let Err(PaperMistake::Characters(missing)) = refused else { panic!("it was taken") };
        assert!(missing.contains('邀'), "{missing}");
    }
    let no_font = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let refused = SlipFont::from_file(&no_font, Locale::ZhHans);
    assert!(matches!(refused, Err(FontMistake::NoFont(_))));
    let absent = SlipFont::from_file(Path::new("no such file"), Locale::ZhHans);
    assert!(matches!(absent, Err(FontMistake::File { .. })));
}

#[test]
fn only_addresses_of_sites_are_printed() {
    let work = work();
    for site in
        ["pingyi.example", "ftp://pingyi.example", "https://", "https://a b", "https://评议"]
    {
        assert!(BallotLink::new(site, &work).is_err(), "{site}");
    }
    let link = BallotLink::new("http://192.0.2.7:8617", &work).unwrap();
    assert_eq!(link.page(), "http://192.0.2.7:8617/a/2026-360400-LSB/vote");
}

#[test]
fn a_file_that_is_no_work_is_refused() {
    for text in ["", "{}", "[]", "{\"sheets\":[]}"] {
        assert!(matches!(CodeWork::parse(text.as_bytes()), Err(WorkMistake::Json(_))), "{text}");
    }
}
