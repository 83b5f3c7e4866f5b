//! Parses the header of a token.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| logto_runtime::__fuzz::header(input));
