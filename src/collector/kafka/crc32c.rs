//! The checksum of a batch: CRC-32 with Castagnoli's polynomial, eight bytes at a time.

/// What each byte adds, if so many others follow it.
const TABLES: [[u32; 256]; 8] = tables();

#[allow(clippy::indexing_slicing)] // while it is compiled
const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0x82f6_3b78 } else { value >> 1 };
            bit += 1;
        }
        tables[0][byte] = value;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// The checksum of these bytes.
pub fn crc32c(bytes: &[u8]) -> u32 {
    let [first, ..] = &TABLES;
    let step = |table: &[u32; 256], byte: u32| table.get((byte & 0xff) as usize).copied().unwrap_or_default();
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut value = !0;
    for &[a, b, c, d, e, f, g, h] in eights {
        let low = value ^ u32::from_le_bytes([a, b, c, d]);
        let high = u32::from_le_bytes([e, f, g, h]);
        let bytes = [low, low >> 8, low >> 16, low >> 24, high, high >> 8, high >> 16, high >> 24];
        let parts = TABLES.iter().rev().zip(bytes).map(|(table, byte)| step(table, byte));
        value = parts.fold(0, |sum, part| sum ^ part);
    }
    for byte in rest {
        value = (value >> 8) ^ step(first, value ^ u32::from(*byte));
    }
    !value
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    #[test]
    fn it_is_that_of_rfc_3720() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
        let ascending: Vec<u8> = (0..32).collect();
        assert_eq!(crc32c(&ascending), 0x46dd_794e);
        assert_eq!(crc32c(b""), 0);
    }
}
