// A certified OpenID provider (panva/node-oidc-provider) on this machine, with its own login pages.
// Arguments: the port, and as JSON the redirect URI, where to come back after logout, the people.
const { pathToFileURL } = require("node:url");
const path = require("node:path");

const [port, told] = process.argv.slice(2);
const { redirect, back, people } = JSON.parse(told);
const entry = path.join(process.env.NODE_PATH, "oidc-provider", "lib", "index.js");

import(pathToFileURL(entry)).then(({ Provider }) => {
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [{
      client_id: "vigie",
      client_secret: "a secret between the two of them",
      redirect_uris: [redirect],
      post_logout_redirect_uris: [back],
    }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "realm_access"] },
    cookies: { keys: ["of the tests"] },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  });
  provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
});
