//! What stands around every page: title, trail, language switch, practice banner, message of
//! success, and the staff's side bar.

use crate::{Assets, Fault, Visitor, Web};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::{Html, IntoResponse, Response};
use gongping_locale::{Locale, Texts};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A step of the trail that leads to the page.
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    /// Its words.
    pub text: String,
    /// Where it leads; none for the page itself.
    pub href: Option<String>,
}

/// A link of the staff's side bar.
#[derive(Debug, Clone)]
pub(crate) struct NavLink {
    /// Its words.
    pub text: String,
    /// Where it leads.
    pub href: String,
    /// The name of an icon in `icons.svg`.
    pub icon: &'static str,
    /// Whether the reader is there.
    pub current: bool,
    /// How many things wait there; none are shown for 0.
    pub count: usize,
    /// Whether one of them is late.
    pub late: bool,
}

/// Links under one heading.
#[derive(Debug, Clone)]
pub(crate) struct NavGroup {
    /// The heading.
    pub heading: String,
    /// The links.
    pub links: Vec<NavLink>,
}

/// A language to switch to.
#[derive(Debug, Clone)]
pub(crate) struct LanguageLink {
    /// The language.
    pub locale: Locale,
    /// Where the link leads.
    pub href: String,
    /// Whether the page is in it.
    pub current: bool,
}

/// What a layout template prints around a page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// All texts in the reader's language.
    pub t: Texts,
    /// The reader's language.
    pub locale: Locale,
    /// The page's own title.
    pub title: String,
    /// The trail.
    pub crumbs: Vec<Crumb>,
    /// Names of scripts.
    pub scripts: Vec<&'static str>,
    /// Whether this is a practice province.
    pub practice: bool,
    /// The post of whoever is logged in.
    pub who: Option<String>,
    /// A message of success from the page before.
    pub flash: Option<String>,
    /// The staff's side bar.
    pub nav: Vec<NavGroup>,
    here: String,
    assets: Arc<Assets>,
}

/// Markup that is printed as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

impl Frame {
    /// The frame of a page with this title.
    pub(crate) fn new(web: &Web, visitor: &Visitor, title: impl Into<String>) -> Self {
        let account = visitor.account.as_ref().and_then(|id| visitor.world.account(id));
        let flash = visitor.flash.as_ref();
        Self {
            t: visitor.t,
            locale: visitor.locale,
            title: title.into(),
            crumbs: Vec::new(),
            scripts: Vec::new(),
            practice: web.app.practice().is_some(),
            who: account.map(|account| account.title.clone()),
            flash: flash.and_then(|code| visitor.t.by_key(&format!("flash-{code}"), &[])),
            nav: Vec::new(),
            here: visitor.here.clone(),
            assets: Arc::clone(&web.assets),
        }
    }

    /// With one more step of the trail, before the page itself.
    #[must_use]
    pub(crate) fn crumb(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { text: text.into(), href: Some(href.into()) });
        self
    }

    /// With a script.
    #[must_use]
    pub(crate) fn script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// With the staff's side bar.
    #[must_use]
    pub(crate) fn nav(mut self, nav: Vec<NavGroup>) -> Self {
        self.nav = nav;
        self
    }

    /// The address of a script, sheet or picture.
    #[must_use]
    pub(crate) fn asset(&self, name: &str) -> String {
        self.assets.url(name)
    }

    /// An icon of `icons.svg`; the words beside it say the same, so readers aloud pass over it.
    #[must_use]
    pub(crate) fn icon(&self, name: &str) -> Markup {
        let url = self.assets.url("icons.svg");
        Markup(format!(
            "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\">\
             <use href=\"{url}#{name}\"/></svg>"
        ))
    }

    /// The language switch.
    #[must_use]
    pub(crate) fn languages(&self) -> Vec<LanguageLink> {
        let link = |locale: Locale| LanguageLink {
            locale,
            href: format!("/language?to={}&back={}", locale.tag(), percent_encoded(&self.here)),
            current: locale == self.locale,
        };
        Locale::ALL.into_iter().map(link).collect()
    }
}

/// A text as the value of a query parameter (RFC 3986, section 2.1).
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// JSON that can stand in a page: nothing in it ends the element.
pub(crate) fn data_block(content: &impl Serialize) -> Result<String, Fault> {
    let text = serde_json::to_string(content).map_err(|error| Fault::Bug(error.to_string()))?;
    Ok(text.replace('<', "\\u003c"))
}

/// Renders a page.
///
/// # Errors
/// [`Fault::Bug`] when the template fails, which only a broken `Display` can make it do.
pub(crate) fn page(template: &impl Template) -> Result<Response, Fault> {
    let html = template.render().map_err(|error| Fault::Bug(error.to_string()))?;
    Ok(Html(html).into_response())
}
