//! Bytes as text.

/// Two digits a byte, in small letters.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hex(&[0, 0xab, 7, 0xff]), "00ab07ff");
        assert_eq!(hex(&[]), "");
    }
}
