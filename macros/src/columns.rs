//! `#[derive(Columns)]`: a struct read from a row, each field from the column of its name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataStruct, DeriveInput, Error, Field, Fields, LitStr, Result, ext::IdentExt};

/// What `#[columns(…)]` says of a field.
#[derive(Default)]
struct Said {
    flatten: bool,
    skip: bool,
    name: Option<String>,
}

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a row is a struct with named fields"));
    };
    let reads = fields.named.iter().map(read).collect::<Result<Vec<_>>>()?;
    let (name, (of, types, bounds)) = (&input.ident, input.generics.split_for_impl());
    Ok(quote! {
        impl #of ::vorzimmer::kernel::Columns for #name #types #bounds {
            fn read(cells: &dyn ::vorzimmer::kernel::Cells) -> ::vorzimmer::kernel::error::Result<Self> {
                Ok(Self { #(#reads),* })
            }
        }
    })
}

/// How one field is read.
fn read(field: &Field) -> Result<TokenStream> {
    let (said, ty) = (said(field)?, &field.ty);
    let ident = field.ident.as_ref().expect("a named field");
    if said.skip {
        return Ok(quote! { #ident: ::core::default::Default::default() });
    }
    if said.flatten {
        return Ok(quote! { #ident: <#ty as ::vorzimmer::kernel::Columns>::read(cells)? });
    }
    let column = said.name.unwrap_or_else(|| ident.unraw().to_string());
    Ok(quote! {
        #ident: <#ty as ::vorzimmer::kernel::Stored>::read(cells, ::vorzimmer::kernel::Column::Named(#column))?
    })
}

fn said(field: &Field) -> Result<Said> {
    let mut said = Said::default();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("columns")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("flatten") {
                said.flatten = true;
            } else if meta.path.is_ident("skip") {
                said.skip = true;
            } else if meta.path.is_ident("name") {
                said.name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else {
                return Err(meta.error("a field of a row says `flatten`, `skip` or `name = \"…\"`"));
            }
            Ok(())
        })?;
    }
    Ok(said)
}
