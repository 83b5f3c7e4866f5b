//! Parses a key set document.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| logto_runtime::__fuzz::key_set(input));
