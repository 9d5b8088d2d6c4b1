// npm googleapis, which builds itself from the discovery document.
const { google } = require("googleapis");

const [base, key] = process.argv.slice(2);

(async () => {
  const discovered = await google.discoverAPI(base + "/$discovery/rest?version=v1alpha1");
  const client = typeof discovered === "function" ? discovered() : discovered;
  const analyze = (key, body) =>
    client.comments.analyze({ key, requestBody: { comment: { text: "Quel idiot 😀 ! Bon." }, ...body } });
  const scored = await analyze(key, {
    requestedAttributes: { TOXICITY: {} }, languages: ["fr"], spanAnnotations: true,
  });
  const suggested = await client.comments.suggestscore({
    key,
    requestBody: {
      comment: { text: "Quel idiot !" }, clientToken: "t1",
      attributeScores: { TOXICITY: { summaryScore: { value: 1 } } },
    },
  });
  const refused = await analyze("wrong", { requestedAttributes: { TOXICITY: {} } }).catch((error) => error);
  process.stdout.write(JSON.stringify({
    toxicity: scored.data.attributeScores.TOXICITY,
    suggested: suggested.data,
    bad_key: refused.response.data.error,
  }));
})();
