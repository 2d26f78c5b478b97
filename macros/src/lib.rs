//! One table of fields for each type of the schema. The resolvers are plain functions of an object and a snapshot; from the same lines
//! come the type as the execution library knows it (and so the SDL), and the writer that answers without a future for each field.
//!
//! The expansions speak of `crate::graphql::executor` and of `Snapshot`, so they are for the gateway alone.

mod name;
mod object;
mod table;
mod written;

use proc_macro::TokenStream;
use syn::{DeriveInput, ItemImpl, parse_macro_input};

/// The fields of a type, as an `impl` block of functions.
///
/// `fn name(&self, snapshot: &Snapshot, argument: T, …) -> Type` is a field that lives in memory; `snapshot` may be left out. `async fn`
/// with the library's `&Context<'_>` is one that waits, and is left to the library. Documentation and `#[graphql(…)]` are as the library
/// has them, and so are `name`, `default` and `default_with`.
#[proc_macro_attribute]
pub fn object(arguments: TokenStream, block: TokenStream) -> TokenStream {
    let arguments = proc_macro2::TokenStream::from(arguments);
    object::expand(&arguments, parse_macro_input!(block as ItemImpl))
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// The same for a struct whose fields are read off (the library's `SimpleObject`), and for an enum's names.
#[proc_macro_derive(Written, attributes(graphql))]
pub fn written(input: TokenStream) -> TokenStream {
    written::expand(&parse_macro_input!(input as DeriveInput))
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
