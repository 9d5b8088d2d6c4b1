// npm akismet 2.0.7, whose host, end point and port are settings.
const dns = require("node:dns");

const lookup = dns.lookup;
dns.lookup = (host, options, callback) => {
  const done = typeof options === "function" ? options : callback;
  if (!host.endsWith(".test")) return lookup(host, options, callback);
  return options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
};
const { client } = require("akismet");

const [base, key] = process.argv.slice(2);
const { hostname, port } = new URL(base);
const make = (apiKey) =>
  client({ apiKey, blog: "https://blog.example", host: hostname, endPoint: `${apiKey}.vigie.test`, port });
const ask = (made, call, ...given) =>
  new Promise((resolve) => made[call](...given, (error, answer) => resolve(error ? String(error) : answer)));

(async () => {
  const comment = (text) => ({ user_ip: "192.0.2.1", comment_content: text });
  process.stdout.write(JSON.stringify({
    valid: await ask(make(key), "verifyKey"),
    invalid: await ask(make("wrong"), "verifyKey"),
    spam: await ask(make(key), "checkComment", comment("Gagnez gros, voleur !")),
    ham: await ask(make(key), "checkComment", comment("Merci pour cet article.")),
    submitted: (await ask(make(key), "submitSpam", comment("Gagnez gros, voleur !"))) ?? "done",
  }));
})();
