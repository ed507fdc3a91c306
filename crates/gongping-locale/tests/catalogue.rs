//! Every rule of the build has a broken set of texts that it must refuse.

#[path = "../build/catalogue.rs"]
mod catalogue;
#[path = "../build/parse.rs"]
mod parse;

use std::path::Path;

use catalogue::{Mistake, Piece, Sources, TAGS};

/// One file `box.ftl` in each locale.
fn sources(texts: [&str; 3]) -> Sources {
    let file = |text: &str| [("box".to_owned(), text.to_owned())].into();
    TAGS.iter().zip(texts).map(|(tag, text)| ((*tag).to_owned(), file(text))).collect()
}

fn mistakes(texts: [&str; 3]) -> Vec<Mistake> {
    catalogue::check(&sources(texts)).expect_err("these texts must be refused")
}

fn shown(texts: [&str; 3]) -> Vec<String> {
    mistakes(texts).iter().map(ToString::to_string).collect()
}

#[test]
fn checked_in_texts_are_complete() {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales");
    let catalogue = catalogue::read(&locales).unwrap();
    assert!(catalogue.messages.contains_key("app-save"));
}

#[test]
fn complete_texts_are_accepted_with_arguments_in_alphabetical_order() {
    let text = "box-count = { $total } / { $count }";
    let catalogue = catalogue::check(&sources([text; 3])).unwrap();
    assert_eq!(catalogue.messages["box-count"].arguments, ["count", "total"]);
    assert_eq!(
        catalogue.messages["box-count"].texts[0],
        [
            Piece::Argument("total".to_owned()),
            Piece::Text(" / ".to_owned()),
            Piece::Argument("count".to_owned()),
        ]
    );
}

#[test]
fn missing_key_is_named_with_the_file_that_has_it() {
    assert_eq!(
        shown(["box-a = 甲\nbox-b = 乙", "box-a = 甲\nbox-b = 乙", "box-a = A"]),
        ["en/box.ftl lacks \"box-b\", which zh-Hans/box.ftl has"]
    );
}

#[test]
fn superfluous_key_is_missing_in_the_others() {
    let mistakes = shown(["box-a = 甲", "box-a = 甲", "box-a = A\nbox-c = C"]);
    assert_eq!(mistakes.len(), 2);
    assert!(mistakes.iter().all(|mistake| mistake.contains("\"box-c\", which en/box.ftl has")));
}

#[test]
fn missing_traditional_text_names_the_command() {
    let mistakes = shown(["box-a = 甲\nbox-b = 乙", "box-a = 甲", "box-a = A\nbox-b = B"]);
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].ends_with("(run: node locales/tools/zh-hant.mjs)"), "{mistakes:?}");
}

#[test]
fn missing_argument_is_named_even_if_it_only_chooses_a_variant() {
    let chooses = "box-a = { $count ->\n    [one] one\n   *[other] many\n}";
    assert_eq!(
        shown(["box-a = { $count } 张", "box-a = { $count } 張", "box-a = many"]),
        ["en/box.ftl: \"box-a\" lacks $count, which zh-Hans/box.ftl uses"]
    );
    assert_eq!(
        mistakes(["box-a = 张", "box-a = 張", chooses])
            .iter()
            .filter(|mistake| matches!(mistake, Mistake::MissingArgument { .. }))
            .count(),
        2
    );
}

#[test]
fn missing_file_is_named_once() {
    let mut sources = sources(["box-a = 甲"; 3]);
    sources.get_mut("en").unwrap().clear();
    let mistakes = catalogue::check(&sources).unwrap_err();
    assert_eq!(
        mistakes,
        [Mistake::MissingFile {
            file: "en/box.ftl".to_owned(),
            present_in: "zh-Hans/box.ftl".to_owned(),
        }]
    );
}

#[test]
fn key_outside_its_file_and_key_twice_are_refused() {
    for text in ["unit-a = 甲", "boxes = 甲", "box-A = 甲", "box--a = 甲", "box = 甲"] {
        assert!(matches!(mistakes([text; 3])[0], Mistake::BadKey { .. }), "{text}");
    }
    let twice = "box-a = 甲\nbox-a = 乙";
    assert!(matches!(mistakes([twice; 3])[0], Mistake::DuplicateKey { .. }));
}

#[test]
fn syntax_mistake_is_shown_with_its_line() {
    let broken = "box-a = 甲\n\nbox-b = { $count\n";
    let mistakes = shown([broken; 3]);
    assert!(mistakes[0].starts_with("en/box.ftl:3:") || mistakes[0].starts_with("en/box.ftl:4:"));
}

#[test]
fn what_the_generated_code_cannot_do_is_refused() {
    for text in [
        "box-a = { NUMBER($count) }",
        "box-a = 甲\n    .label = 乙",
        "box-a = { $unitName }",
        "box-a = { $self }",
        "box-a = { $count ->\n    [few] 几\n   *[other] 多\n}",
        "box-a = { $count ->\n    [other] 多\n   *[one] 一\n}",
    ] {
        assert!(matches!(mistakes([text; 3])[0], Mistake::Unsupported { .. }), "{text}");
    }
}

#[test]
fn references_are_put_in_and_wrong_ones_refused() {
    let text = "-name = 公评\nbox-a = { -name }{ box-b }\nbox-b = 票箱";
    let catalogue = catalogue::check(&sources([text; 3])).unwrap();
    assert_eq!(catalogue.messages["box-a"].texts[0], [Piece::Text("公评票箱".to_owned())]);
    assert!(!catalogue.messages.contains_key("-name"));
    let unknown = mistakes(["box-a = { box-z }"; 3]);
    assert!(matches!(unknown[0], Mistake::UnknownReference { .. }));
    let circular = mistakes(["box-a = { box-b }\nbox-b = { box-a }"; 3]);
    assert!(matches!(circular[0], Mistake::CircularReference { .. }));
}
