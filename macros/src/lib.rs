//! What macros cannot do without a crate of their own: the derive of a row, and the attribute that makes of one test a
//! test on each engine.

mod columns;

use proc_macro::{Group, Ident, TokenStream, TokenTree};

/// Implements `kernel::Columns` for a struct, whose every field is a column; see there.
#[proc_macro_derive(Columns, attributes(columns))]
pub fn columns(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    columns::derive(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

const MISPLACED: &str = r#"::core::compile_error! { "`#[on_both]` stands alone on an `async fn`" }"#;

/// Turns `async fn name(ctx: Ctx) { … }` into the tests `name::sqlite` and `name::postgres`. The function stays as it is.
/// `Ctx` is any `Context` of `tests/support/databases.rs`, which a test binary includes as its module `support`.
#[proc_macro_attribute]
pub fn on_both(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let Some(name) = name(function.clone()).filter(|_| arguments.is_empty()) else {
        return MISPLACED.parse().expect("Rust");
    };
    // A function and a module may share a name.
    let tests = format!(
        "mod {name} {{
            #[test]
            fn sqlite() {{
                crate::support::databases::run(::vorzimmer::db::Engine::Sqlite, super::{name});
            }}

            #[test]
            fn postgres() {{
                crate::support::databases::run(::vorzimmer::db::Engine::Postgres, super::{name});
            }}
        }}"
    );
    let tests = at(&name, tests.parse().expect("Rust"));
    function.into_iter().chain(tests).collect()
}

/// The name of an `async fn`; none for any other item.
fn name(item: TokenStream) -> Option<Ident> {
    let mut words = item.into_iter().skip_while(|token| token.to_string() != "async").skip(1);
    match (words.next(), words.next()) {
        (Some(TokenTree::Ident(word)), Some(TokenTree::Ident(name))) if word.to_string() == "fn" => Some(name),
        _ => None,
    }
}

/// The tokens at the place of the function's name, so that the compiler's messages point there.
fn at(name: &Ident, tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = token {
                token = Group::new(group.delimiter(), at(name, group.stream())).into();
            }
            token.set_span(token.span().located_at(name.span()));
            token
        })
        .collect()
}
