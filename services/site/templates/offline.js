/* Keeps light pages, because a reader asked for it at /<language>/offline; nothing else registers it. It asks the site
   only while a page of it is opened: a phone that called a newsroom by itself would tell on its owner. */
const home = new URL(registration.scope).pathname, list = home + "offline.json", store = "offline " + home,
OLD = 14 * 864e5, SILENT = 5e3, STUCK = 3e4;
let forgotten = false, now = Promise.resolve(), next;

/* An open store outlives its deletion unseen, but opening it again would bring it back. */
const open = () => forgotten ? Promise.reject(Error("deleted")) : caches.open(store),
find = path => caches.match(path, {cacheName: store}),
digest = page => /^(W\/)?"([0-9a-f]{64})/.exec(page.headers.get("etag"))?.[2],
old = page => !(Date.now() - page.headers.get("x-kept") < OLD),
gone = answer => answer.type == "opaqueredirect" || answer.status == 404 || answer.status == 410,
/* The light page that tells what the page at this path tells. */
light = path => {
  const story = /^[^/]*-([0-9a-f]{10})\.html$/.exec(path.slice(home.length));
  return story ? `${home}light/${story[1]}.html` : path == home ? home + "light/" : path;
},
/* One after the other, and whoever asks while one is at work waits for the next, which sees what happened since. */
refresh = () => next ??= now.catch(() => {}).then(() => {
  now = next;
  next = null;
  return bring();
});

async function keep(pages, path, answer) {
  const headers = new Headers(answer.headers);
  headers.delete("content-encoding");
  headers.delete("vary");
  headers.set("x-kept", Date.now());
  await pages.put(path, new Response(await answer.blob(), {headers}));
}

async function forget() {
  forgotten = true;
  await caches.delete(store);
}

/* What is withdrawn, corrected or old goes first; only then is anything fetched. */
async function bring() {
  const ask = path => fetch(path, {cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(STUCK)}),
  told = await ask(list).catch(() => null),
  /* A network that wants a login first answers with a page or a redirect: that is no word of the site's. */
  wanted = told?.ok ? await told.json().then(said => said.pages, () => null) : /404|410/.test(told?.status) ? {} : null,
  pages = await open();
  for (const request of await pages.keys()) {
    const path = new URL(request.url).pathname, page = await pages.match(request);
    if (!page || old(page) || wanted && wanted[path] != digest(page)) await pages.delete(request);
  }
  if (!wanted) throw Error("not told");
  for (const path in wanted) if (!await pages.match(path)) {
    const answer = await ask(path);
    if (answer.status == 200 && digest(answer)) await keep(pages, path, answer);
  }
}

/* The network's answer comes first, whatever it is: a 503 may say that this story is not known to stand any more. */
async function load(event, path) {
  const page = light(path);
  let kept = await find(page);
  if (kept && old(kept)) kept = null;
  const answered = fetch(event.request).then(async answer => {
    if (kept && gone(answer)) await open().then(pages => pages.delete(page)).catch(() => {});
    return answer;
  });
  event.waitUntil(answered.then(refresh, refresh).catch(() => {}));
  try {
    return await (kept && path == page
      ? Promise.race([answered, new Promise(late => setTimeout(late, SILENT, kept))]) : answered);
  } catch {
    if (kept) return path == page ? kept : Response.redirect(page);
    return await find(home + "offline/away") ?? Response.error();
  }
}

addEventListener("install", () => skipWaiting());
addEventListener("fetch", event => {
  const {method, mode, url} = event.request, {pathname, search} = new URL(url);
  if (mode == "navigate" && method == "GET") event.respondWith(load(event, pathname + search));
});
addEventListener("message", event => {
  const say = word => event.ports[0].postMessage(word);
  if (event.data == "keep") forgotten = false;
  event.waitUntil((event.data == "forget" ? forget() : refresh()).then(() => say("done"), () => say("failed")));
});
