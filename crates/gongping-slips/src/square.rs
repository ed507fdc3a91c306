//! A QR code as a square of dark and light modules.

use fast_qr::{ECL, QRBuilder, QRCode};

/// A QR code.
pub struct Square(QRCode);

impl Square {
    /// The code of a text; none if it is longer than any such code holds.
    ///
    /// Level M: a fold or a stain may take a seventh of it.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        QRBuilder::new(text).ecl(ECL::M).build().ok().map(Self)
    }

    /// Modules on a side, without the quiet zone, which is four modules wide.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size
    }

    /// The dark modules of a row, as runs: where one begins, and how long it is.
    pub fn runs(&self, row: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let modules = &self.0[row];
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at + modules[at..].iter().position(|module| module.value())?;
            let length = modules[start..].iter().take_while(|module| module.value()).count();
            at = start + length;
            Some((start, length))
        })
    }
}
