//! What makes a type one that the executor writes: the table of its fields, and how each is written.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The two implementations, for a type of the schema of that name.
pub fn table(
    name: &str,
    generics: &impl ToTokens,
    node: &impl ToTokens,
    bounds: &impl ToTokens,
    entries: &[TokenStream],
    arms: &[TokenStream],
) -> TokenStream {
    quote! {
        impl #generics crate::graphql::executor::Object for #node #bounds {
            fn table() -> &'static crate::graphql::executor::ObjectType {
                static TABLE: crate::graphql::executor::ObjectType = crate::graphql::executor::ObjectType {
                    name: #name,
                    fields: &[#(#entries),*],
                };
                &TABLE
            }

            fn write_field(
                &self,
                selected: &crate::graphql::executor::Selected,
                pass: &mut crate::graphql::executor::Pass<'_>,
            ) -> crate::graphql::executor::Written {
                match selected.place {
                    #(#arms)*
                    _ => Err(crate::graphql::executor::Stop::Failed),
                }
            }
        }

        impl #generics crate::graphql::executor::WriteJson for #node #bounds {
            fn object_type() -> Option<&'static crate::graphql::executor::ObjectType> {
                Some(<Self as crate::graphql::executor::Object>::table())
            }

            fn write(
                &self,
                selected: &crate::graphql::executor::Selected,
                pass: &mut crate::graphql::executor::Pass<'_>,
            ) -> crate::graphql::executor::Written {
                pass.object(self, selected)
            }
        }
    }
}
