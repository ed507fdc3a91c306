//! Takes out of pictures what camera and program wrote into them: place, device, time, name of the
//! owner (E3 (6)). Only the parts that are needed to show the picture are kept, so what is not
//! known is left out too.

/// A picture without what does not show, or nothing if it is neither JPEG nor PNG.
pub(super) fn cleaned(bytes: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return jpeg(bytes).map(|kept| (kept, "image/jpeg"));
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return png(bytes).map(|kept| (kept, "image/png"));
    }
    None
}

/// Keeps frames, tables and scans (ITU-T T.81, B.1.1.3), the JFIF header and Adobe's note on colours;
/// every other application segment and every comment goes.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = vec![0xff, 0xd8];
    let mut at = 2;
    loop {
        let (&0xff, &marker) = (bytes.get(at)?, bytes.get(at + 1)?) else { return None };
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let end = at.checked_add(2)?.checked_add(length)?;
        let segment = bytes.get(at..end).filter(|_| length >= 2)?;
        match marker {
            // JFIF has a thumbnail only if its last two bytes say so; that goes with the rest.
            0xe0 if segment.get(4..9) == Some(b"JFIF\0") && segment.len() >= 18 => {
                kept.extend([0xff, 0xe0, 0, 16]);
                kept.extend(&segment[4..16]);
                kept.extend([0, 0]);
            }
            0xee if segment.get(4..9) == Some(b"Adobe") => kept.extend(segment),
            0xe0..=0xef | 0xfe => {}
            // The scan runs to the end of the picture; what follows that is not the picture.
            0xda => {
                let rest = &bytes[at..];
                let last = rest.windows(2).position(|pair| pair == [0xff, 0xd9])?;
                kept.extend(&rest[..last + 2]);
                return Some(kept);
            }
            0xc0..=0xdf => kept.extend(segment),
            _ => return None,
        }
        at = end;
    }
}

/// Keeps the chunks that show the picture (PNG, third edition, 11).
fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    const SHOWS: [&[u8]; 9] =
        [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"];
    let mut kept = bytes.get(..8)?.to_vec();
    let mut at: usize = 8;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
        let end = at.checked_add(12)?.checked_add(usize::try_from(length).ok()?)?;
        let chunk = bytes.get(at..end)?;
        let name = &chunk[4..8];
        if SHOWS.contains(&name) {
            kept.extend(chunk);
        }
        if name == b"IEND" {
            return Some(kept);
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], content].concat()
    }

    fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], name, content, &[1, 2, 3, 4]].concat()
    }

    #[test]
    fn place_and_device_leave_a_jpeg() {
        let picture = [
            vec![0xff, 0xd8],
            segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01RGB"),
            segment(0xe1, b"Exif\0\0GPS 28.68N 115.85E phone of Wang"),
            segment(0xfe, b"taken by Wang"),
            segment(0xdb, b"table"),
            segment(0xda, b"scan"),
            vec![1, 2, 0xff, 0, 3, 0xff, 0xd9],
            b"hidden after the end".to_vec(),
        ]
        .concat();
        let (kept, media) = cleaned(&picture).unwrap();
        assert_eq!(media, "image/jpeg");
        let text = String::from_utf8_lossy(&kept);
        for gone in ["GPS", "Wang", "hidden", "RGB"] {
            assert!(!text.contains(gone), "{gone} is still there");
        }
        assert!(text.contains("table") && kept.ends_with(&[3, 0xff, 0xd9]));
        assert_eq!(cleaned(&kept).unwrap().0, kept, "a cleaned picture stays as it is");
    }

    #[test]
    fn words_and_times_leave_a_png() {
        let picture = [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            chunk(b"IHDR", b"size"),
            chunk(b"tEXt", b"Author Wang"),
            chunk(b"eXIf", b"GPS"),
            chunk(b"IDAT", b"points"),
            chunk(b"IEND", b""),
            b"hidden".to_vec(),
        ]
        .concat();
        let (kept, media) = cleaned(&picture).unwrap();
        assert_eq!(media, "image/png");
        let text = String::from_utf8_lossy(&kept);
        assert!(text.contains("points") && text.contains("size"));
        for gone in ["Wang", "GPS", "hidden"] {
            assert!(!text.contains(gone), "{gone} is still there");
        }
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_refused() {
        for bad in [&b"GIF89a"[..], b"\xff\xd8\xff\xe1\0\x10Exif", b"\x89PNG\r\n\x1a\n\0\0", b""] {
            assert_eq!(cleaned(bad), None);
        }
    }
}
