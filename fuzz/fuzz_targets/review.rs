//! A vendor's dump of reviews, whatever its bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|dump: &[u8]| scli_fuzz::dump(scli::domain::Model::REVIEW, dump));
