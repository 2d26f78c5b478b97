//! `#[derive(Written)]`: a struct's fields as the table of a type's fields, an enum's variants as its names.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

use crate::name::{camel_case, settings, text, without_lifetimes};
use crate::table::table;

pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    match &input.data {
        Data::Struct(data) => object(input, &data.fields),
        Data::Enum(_) => Ok(names(input)),
        Data::Union(_) => Err(Error::new_spanned(input, "a union's members are told apart by nobody")),
    }
}

fn object(input: &DeriveInput, fields: &Fields) -> Result<TokenStream> {
    let (ident, (generics, arguments, bounds)) = (&input.ident, input.generics.split_for_impl());
    let object = text(&settings(&input.attrs)?, "name").unwrap_or_else(|| ident.to_string());
    let (mut entries, mut arms) = (Vec::new(), Vec::new());
    for (place, field) in fields.iter().enumerate() {
        let Some(read) = &field.ident else {
            return Err(Error::new_spanned(field, "a field has a name"));
        };
        let name = text(&settings(&field.attrs)?, "name").unwrap_or_else(|| camel_case(&read.to_string()));
        let below = without_lifetimes(field.ty.clone());
        entries.push(quote! {
            crate::graphql::executor::FieldType::in_memory(#name, <#below as crate::graphql::executor::WriteJson>::object_type)
        });
        arms.push(quote! { #place => crate::graphql::executor::WriteJson::write(&self.#read, selected, pass), });
    }
    let node = quote! { #ident #arguments };
    Ok(table(&object, &generics, &node, &bounds, &entries, &arms))
}

/// The names are those that the execution library shows.
fn names(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    quote! {
        impl crate::graphql::executor::WriteJson for #ident {
            fn write(
                &self,
                _: &crate::graphql::executor::Selected,
                pass: &mut crate::graphql::executor::Pass<'_>,
            ) -> crate::graphql::executor::Written {
                pass.name_of(self)
            }
        }
    }
}
