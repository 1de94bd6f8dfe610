// Instants and days become `Date` on the way in.
export default {
  input: "../../openapi/openapi.json",
  output: "src",
  plugins: [
    "@hey-api/typescript",
    "@hey-api/client-fetch",
    { name: "@hey-api/transformers", dates: true },
    { name: "@hey-api/sdk", transformer: true },
  ],
};
