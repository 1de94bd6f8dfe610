//! Attributes for the tests. The program itself uses none of them.

use proc_macro::{Group, Ident, TokenStream, TokenTree};

/// Turns `async fn name(ctx: Ctx) { … }` into the tests `name::sqlite` and `name::postgres`. The function stays as it is.
/// `Ctx` is any `Context` of `tests/support/databases.rs`, which a test binary includes as its module `support`.
#[proc_macro_attribute]
pub fn on_both(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let name =
        match name(function.clone()) {
            Some(name) if arguments.is_empty() => name,
            _ => return r#"::core::compile_error! { "`#[on_both]` stands alone on an `async fn`" }"#
                .parse()
                .expect("Rust"),
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
    let tests = pointed(tests.parse().expect("Rust"), &name);
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

/// The tokens with the function's own name in its place, so that the compiler's messages point at the test.
fn pointed(tokens: TokenStream, name: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(word) if word.to_string() == name.to_string() => TokenTree::Ident(name.clone()),
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), pointed(group.stream(), name)))
            }
            other => other,
        })
        .collect()
}
