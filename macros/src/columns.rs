//! `#[derive(Columns)]`: a struct read from a row, each field from the column of its name, and the list of its columns.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataStruct, DeriveInput, Error, Field, Fields, LitStr, Result, ext::IdentExt};

/// What a field is of the row.
enum Kind {
    /// A column, and the SQL that it is read as, where it follows from others.
    Column(String, Option<String>),
    /// Columns of a struct of its own.
    Flatten,
    /// Nothing.
    Skip,
}

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a row is a struct with named fields"));
    };
    let (mut reads, mut list, mut names, mut values) = (vec![], vec![], vec![], vec![]);
    for field in &fields.named {
        let (ident, ty) = (&field.ident, &field.ty);
        match kind(field)? {
            Kind::Skip => reads.push(quote! { #ident: ::core::default::Default::default() }),
            Kind::Flatten => {
                reads.push(quote! { #ident: <#ty as ::vorzimmer::kernel::Columns>::read(cells)? });
                list.push(quote! { <#ty as ::vorzimmer::kernel::Record>::LIST });
                names.push(quote! { names.extend(<#ty as ::vorzimmer::kernel::Record>::names()); });
                values.push(quote! { values.extend(::vorzimmer::kernel::Record::values(&self.#ident)); });
            }
            Kind::Column(name, sql) => {
                let column = quote! { ::vorzimmer::kernel::Column::Named(#name) };
                reads.push(quote! { #ident: <#ty as ::vorzimmer::kernel::Stored>::read(cells, #column)? });
                let Some(sql) = sql else {
                    list.push(quote! { #name });
                    names.push(quote! { names.push(#name); });
                    values.push(quote! { values.push(::vorzimmer::kernel::Arg::from(&self.#ident)); });
                    continue;
                };
                let named = format!("({sql}) AS {name}");
                list.push(quote! { #named });
            }
        }
    }
    let comma = |i: usize| (i > 0).then(|| quote! { ", " });
    let parts = list.into_iter().enumerate().flat_map(|(i, part)| comma(i).into_iter().chain([part]));
    let name = &input.ident;
    Ok(quote! {
        impl ::vorzimmer::kernel::Columns for #name {
            fn read(cells: &dyn ::vorzimmer::kernel::Cells) -> ::vorzimmer::kernel::error::Result<Self> {
                Ok(Self { #(#reads),* })
            }
        }

        impl ::vorzimmer::kernel::Record for #name {
            const LIST: &'static str = {
                const PARTS: &[&str] = &[#(#parts),*];
                const BYTES: &[u8] = &::vorzimmer::kernel::joined::<{ ::vorzimmer::kernel::joined_len(PARTS) }>(PARTS);
                ::vorzimmer::kernel::text(BYTES)
            };
            fn names() -> Vec<&'static str> {
                let mut names = Vec::new();
                #(#names)*
                names
            }
            fn values(&self) -> Vec<::vorzimmer::kernel::Arg> {
                let mut values = Vec::new();
                #(#values)*
                values
            }
        }
    })
}

/// What `#[columns(…)]` says of a field.
fn kind(field: &Field) -> Result<Kind> {
    let name = field.ident.as_ref().expect("a named field").unraw().to_string();
    let mut kind = Kind::Column(name.clone(), None);
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("columns")) {
        attribute.parse_nested_meta(|meta| {
            kind = if meta.path.is_ident("flatten") {
                Kind::Flatten
            } else if meta.path.is_ident("skip") {
                Kind::Skip
            } else if meta.path.is_ident("name") {
                Kind::Column(meta.value()?.parse::<LitStr>()?.value(), None)
            } else if meta.path.is_ident("sql") {
                Kind::Column(name.clone(), Some(meta.value()?.parse::<LitStr>()?.value()))
            } else {
                return Err(meta.error("a field of a row says `flatten`, `skip`, `name = \"…\"` or `sql = \"…\"`"));
            };
            Ok(())
        })?;
    }
    Ok(kind)
}
