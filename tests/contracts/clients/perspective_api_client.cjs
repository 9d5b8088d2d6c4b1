// npm perspective-api-client 3.1.0, through an interceptor of its own axios.
const path = require("node:path");

const found = require.resolve("perspective-api-client");
const axios = require(require.resolve("axios", { paths: [path.dirname(found)] }));
const Perspective = require("perspective-api-client");

const [base, key] = process.argv.slice(2);
axios.interceptors.request.use((config) => {
  config.url = config.url.replace(/^https:\/\/[^/]+/, base);
  return config;
});

(async () => {
  const client = new Perspective({ apiKey: key });
  const scored = await client.analyze("<p>Quel <b>idiot</b> !</p>", { attributes: ["toxicity", "threat"] });
  const refused = await new Perspective({ apiKey: "wrong" }).analyze("Bon").catch((error) => error);
  const unknown = await client.analyze("Bon", { attributes: ["unsubstantial"] }).catch((error) => error);
  process.stdout.write(JSON.stringify({
    scores: scored.attributeScores, languages: scored.languages,
    bad_key: refused.message, unknown: unknown.message,
  }));
})();
