// A client on fetch, with and without `Date` for instants and days.
const client = (useDates, folder) => ({
  input: { target: "../../openapi/openapi.json" },
  output: {
    target: `${folder}/api.ts`,
    schemas: `${folder}/model`,
    client: "fetch",
    mode: "tags-split",
    override: { useDates },
  },
});
const out = "../../target/foreign";
module.exports = { plain: client(false, `${out}/orval`), dates: client(true, `${out}/orval-dates`) };
