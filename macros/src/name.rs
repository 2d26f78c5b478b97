//! Names and types as the schema has them.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, Lifetime, Lit, Meta, Result, Token, Type};

/// One entry of `#[graphql(…)]`: `key = value`.
pub struct Setting {
    pub key: String,
    pub value: Expr,
}

/// What `#[graphql(…)]` says; keys without a value are the library's alone.
pub fn settings(attributes: &[Attribute]) -> Result<Vec<Setting>> {
    let mut found = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("graphql"))
    {
        let listed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?;
        found.extend(listed.into_iter().filter_map(|meta| match meta {
            Meta::NameValue(pair) => Some(Setting {
                key: pair.path.get_ident()?.to_string(),
                value: pair.value,
            }),
            Meta::Path(_) | Meta::List(_) => None,
        }));
    }
    Ok(found)
}

/// The text that a key is given.
pub fn text(settings: &[Setting], key: &str) -> Option<String> {
    let setting = settings.iter().find(|setting| setting.key == key)?;
    match &setting.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// `use_until` → `useUntil`.
pub fn camel_case(name: &str) -> String {
    let mut words = name.trim_start_matches("r#").split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
        name
    })
}

/// The type for as long as the program runs, to be named in a table.
pub fn without_lifetimes(mut named: Type) -> Type {
    struct Static;
    impl VisitMut for Static {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            *lifetime = Lifetime::new("'static", Span::call_site());
        }

        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime = Some(Lifetime::new("'static", Span::call_site()));
            self.visit_type_mut(&mut reference.elem);
        }
    }
    Static.visit_type_mut(&mut named);
    named
}
