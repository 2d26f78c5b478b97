//! `#[object]`: a block of functions as the table of a type's fields.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, Expr, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Meta, Pat, Result, ReturnType, Token, Type,
    parse_quote,
};

use crate::name::{camel_case, settings, text, without_lifetimes};
use crate::table::table;

/// A field, as its function declares it.
struct Declared {
    name: String,
    function: ImplItemFn,
    takes_snapshot: bool,
    arguments: Vec<Argument>,
    returns: Type,
}

/// An argument of a field.
struct Argument {
    name: String,
    ident: Ident,
    of: Type,
    /// What stands for it where it is not stated.
    default: Option<Expr>,
}

pub fn expand(settings: &TokenStream, block: ItemImpl) -> Result<TokenStream> {
    let object = type_name(settings, &block.self_ty)?;
    let (attributes, generics, node) = (&block.attrs, &block.generics, &block.self_ty);
    let (mut resolvers, mut plain, mut entries, mut arms) = (vec![], vec![], vec![], vec![]);
    for item in block.items {
        let ImplItem::Fn(function) = item else {
            return Err(Error::new_spanned(item, "a table of fields holds functions alone"));
        };
        let field = Declared::of(function)?;
        let name = &field.name;
        if field.function.sig.asyncness.is_some() {
            entries.push(quote! { crate::graphql::executor::FieldType::that_waits(#name) });
            resolvers.push(field.function);
            continue;
        }
        let below = without_lifetimes(field.returns.clone());
        entries.push(quote! {
            crate::graphql::executor::FieldType::in_memory(#name, <#below as crate::graphql::executor::WriteJson>::object_type)
        });
        let place = entries.len() - 1;
        arms.push(field.arm(place));
        resolvers.push(field.resolver());
        plain.push(field.plain());
    }
    let written = table(&object, generics, node, &TokenStream::new(), &entries, &arms);
    Ok(quote! {
        #[allow(clippy::unused_self, clippy::needless_pass_by_value, clippy::trivially_copy_pass_by_ref, reason = "all fields are asked alike")]
        #(#attributes)*
        impl #generics #node {
            #(#plain)*
        }

        #[async_graphql::Object(name = #object)]
        #(#attributes)*
        impl #generics #node {
            #(#resolvers)*
        }

        #written
    })
}

/// The name that is stated, else that of the Rust type.
fn type_name(stated: &TokenStream, node: &Type) -> Result<String> {
    let listed = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(stated.clone())?;
    let attribute: Attribute = parse_quote!(#[graphql(#listed)]);
    if let Some(name) = text(&settings(&[attribute])?, "name") {
        return Ok(name);
    }
    let last = match node {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    last.map(|last| last.ident.to_string())
        .ok_or_else(|| Error::new_spanned(node, "say which type of the schema this is"))
}

impl Declared {
    fn of(function: ImplItemFn) -> Result<Self> {
        let ReturnType::Type(_, returns) = &function.sig.output else {
            return Err(Error::new_spanned(&function.sig, "a field has a type"));
        };
        let returns = (**returns).clone();
        let name =
            text(&settings(&function.attrs)?, "name").unwrap_or_else(|| camel_case(&function.sig.ident.to_string()));
        let mut takes_snapshot = false;
        let mut arguments = Vec::new();
        for input in function.sig.inputs.iter().skip(1) {
            let FnArg::Typed(typed) = input else { continue };
            if is_reference_to("Snapshot", &typed.ty) {
                takes_snapshot = true;
            } else if !is_reference_to("Context", &typed.ty) {
                arguments.push(Argument::of(typed)?);
            }
        }
        Ok(Self {
            name,
            function,
            takes_snapshot,
            arguments,
            returns,
        })
    }

    /// The function itself, as it is called.
    fn plain(&self) -> ImplItemFn {
        let mut plain = self.function.clone();
        plain.attrs.retain(|attribute| !attribute.path().is_ident("graphql"));
        for input in &mut plain.sig.inputs {
            if let FnArg::Typed(typed) = input {
                typed.attrs.clear();
            }
        }
        plain
    }

    /// The same for the execution library, whose resolvers are futures and are given its own context.
    fn resolver(&self) -> ImplItemFn {
        let mut resolver = self.function.clone();
        let called = &self.function.sig.ident;
        let (name, mut given) = (&self.name, Vec::new());
        let mut inputs = Punctuated::<FnArg, Token![,]>::new();
        for input in resolver.sig.inputs {
            let FnArg::Typed(typed) = &input else {
                inputs.push(input);
                continue;
            };
            if let Type::Reference(reference) = &*typed.ty
                && is_reference_to("Snapshot", &typed.ty)
            {
                let lifetime = reference.lifetime.clone().unwrap_or_else(|| parse_quote!('_));
                inputs.push(parse_quote!(context: &async_graphql::Context<#lifetime>));
                given.push(quote!(crate::graphql::Snapshot::of(context)));
            } else {
                let pattern = &typed.pat;
                given.push(quote!(#pattern));
                inputs.push(input);
            }
        }
        resolver.sig.inputs = inputs;
        resolver.sig.asyncness = Some(parse_quote!(async));
        resolver.sig.ident = format_ident!("resolve_{}", called);
        resolver.attrs.retain(|attribute| !attribute.path().is_ident("graphql"));
        resolver.attrs.push(parse_quote!(#[graphql(name = #name)]));
        resolver
            .attrs
            .push(parse_quote!(#[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]));
        resolver.block = parse_quote!({ Self::#called(self, #(#given),*) });
        resolver
    }

    /// How the writer comes to the field.
    fn arm(&self, place: usize) -> TokenStream {
        let called = &self.function.sig.ident;
        let snapshot = self.takes_snapshot.then(|| quote!(pass.snapshot,));
        let idents = self.arguments.iter().map(|argument| &argument.ident);
        let read = self.arguments.iter().map(Argument::read);
        quote! {
            #place => {
                #(#read)*
                crate::graphql::executor::WriteJson::write(&Self::#called(self, #snapshot #(#idents),*), selected, pass)
            }
        }
    }
}

impl Argument {
    fn of(typed: &syn::PatType) -> Result<Self> {
        let Pat::Ident(pattern) = &*typed.pat else {
            return Err(Error::new_spanned(typed, "an argument has a name"));
        };
        let stated = settings(&typed.attrs)?;
        let default = match text(&stated, "default_with") {
            Some(code) => Some(syn::parse_str(&code)?),
            None => stated
                .into_iter()
                .find(|setting| setting.key == "default")
                .map(|setting| setting.value),
        };
        Ok(Self {
            name: camel_case(&pattern.ident.to_string()),
            ident: pattern.ident.clone(),
            of: (*typed.ty).clone(),
            default,
        })
    }

    fn read(&self) -> TokenStream {
        let Self {
            name,
            ident,
            of,
            default,
        } = self;
        if let Some(default) = default {
            quote! { let #ident: #of = pass.argument_or(selected, #name, || #default)?; }
        } else {
            quote! { let #ident: #of = pass.argument(selected, #name)?; }
        }
    }
}

fn is_reference_to(name: &str, of: &Type) -> bool {
    let Type::Reference(reference) = of else {
        return false;
    };
    matches!(&*reference.elem, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
