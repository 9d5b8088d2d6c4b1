// npm akismet-api, with the key as the first label of a host name that leads here.
const dns = require("node:dns");

const lookup = dns.lookup;
dns.lookup = (host, options, callback) => {
  const done = typeof options === "function" ? options : callback;
  if (!host.endsWith(".test")) return lookup(host, options, callback);
  return options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
};
const { AkismetClient } = require("akismet-api");

const [base, key] = process.argv.slice(2);
const { host, port } = new URL(base);

(async () => {
  const make = (key) => {
    const client = new AkismetClient({ key, blog: "https://blog.example", host, protocol: "http" });
    client.endpoint = `http://${key}.vigie.test:${port}/1.1/`;
    return client;
  };
  const client = make(key);
  const spam = { ip: "192.0.2.1", content: "Gagnez gros, voleur !", name: "é" };
  const answers = {
    valid: await client.verifyKey(),
    invalid: await make("wrong").verifyKey(),
    spam: await client.checkSpam(spam),
    ham: await client.checkSpam({ ip: "192.0.2.1", content: "Merci pour cet article." }),
    submitted: [(await client.submitSpam(spam)).text, (await client.submitHam({ content: "Bon" })).text],
    bad_key: await make("wrong").checkSpam(spam).catch((error) => error.message),
  };
  client.endpoint = `${base}/${key}/1.1/`;
  answers.key_in_path = await client.checkSpam(spam);
  process.stdout.write(JSON.stringify(answers));
})();
