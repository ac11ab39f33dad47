/* Keeps, shows and deletes what this browser keeps of the site. Without a click nothing is registered or stored. */
(async (d, n) => {
const id = x => d.getElementById(x), able = "serviceWorker" in n && "caches" in self, keep = id("keep"),
scope = location.pathname.replace(/[^/]*$/, ""), lang = d.documentElement.lang,
says = word => { for (const one of id("said").children) one.hidden = one.id != word },
kilobytes = bytes => 
  new Intl.NumberFormat({fa: "fa-u-nu-arabext", ar: "ar-u-nu-arab"}[lang] || lang, {style: "unit", unit: "kilobyte", unitDisplay: lang == "en" ? "short" : "long"})
  .format(Math.ceil(bytes / 1e3)),
registrations = () => able ? n.serviceWorker.getRegistrations() : [],
stores = async () => able ? caches.keys() : [],
tell = (worker, word, within) => new Promise((told, late) => {
  const {port1, port2} = new MessageChannel();
  port1.onmessage = event => told(event.data);
  setTimeout(late, within);
  worker.postMessage(word, [port2]);
}),
show = async () => {
  const lines = [];
  let size = 0;
  for (const name of await stores()) for (const request of await caches.open(name).then(one => one.keys())) {
    const page = await caches.match(request, {cacheName: name});
    if (!page) continue;
    const text = await page.text(),
    path = new URL(request.url).pathname, bytes = new Blob([text]).size;
    size += bytes;
    if (/\/offline(\/|$)/.test(path)) continue;
    const line = d.createElement("li"), link = d.createElement("a"), weight = d.createElement("span"),
    /* Its language and its headline alone: a parser complains about styles this page may not have. */
    html = new DOMParser().parseFromString(/<html[^>]*>/.exec(text) + /<h1[^]*?<\/h1>/.exec(text), "text/html");
    link.textContent = html.querySelector("h1")?.textContent || path;
    link.href = path;
    link.lang = html.documentElement.lang;
    link.dir = html.documentElement.dir || "auto";
    weight.textContent = kilobytes(bytes);
    line.append(link, weight);
    path.endsWith("/") ? lines.unshift(line) : lines.push(line);
  }
  id("some").querySelector("ul").replaceChildren(...lines);
  id("size").textContent = kilobytes(size);
  id("some").hidden = !size;
  id("nothing").hidden = !!size;
  id("now").hidden = false;
  keep.firstChild.hidden = !!size;
  keep.lastChild.hidden = !size;
  return size;
},
remove = async () => {
  const ours = await registrations();
  /* The workers first, or one that is fetching would bring back what is deleted under it. */
  await Promise.allSettled(ours.map(one => one.active && tell(one.active, "forget", 2e3)));
  await Promise.allSettled(ours.map(one => one.unregister()));
  await Promise.allSettled((await stores()).map(name => caches.delete(name)));
  try { localStorage.clear() } catch {}
  return !(await registrations()).length && !(await stores()).length;
},
/* A worker that was at work may write once more while it is being thrown away, so once is not always enough. */
empty = async () => {
  for (let tries = 10; tries; tries--) {
    if (await remove()) return true;
    await new Promise(later => setTimeout(later, 300));
  }
};

let turn = 0;
keep.onclick = async () => {
  const mine = ++turn;
  let word = "failed";
  keep.disabled = true;
  says("keeping");
  try {
    const {ready} = n.serviceWorker;
    await n.serviceWorker.register(scope + "offline.js", {scope, updateViaCache: "none"});
    word = await tell((await ready).active, "keep", 12e4);
  } catch {}
  keep.disabled = false;
  /* Deleted meanwhile: that is the last word. */
  if (mine != turn) return;
  if (!await show()) await remove();
  says(word);
};
id("clear").onsubmit = async event => {
  event.preventDefault();
  turn++;
  await empty();
  /* The browser then deletes what no script sees: its own copies of the pages. */
  await fetch(event.target.action, {method: "POST", signal: AbortSignal.timeout(5e3)}).catch(() => {});
  const all = await empty();
  await show();
  says(all ? "deleted" : "left");
};
if (!able) return says("cannot");
keep.hidden = false;
if (!await show()) return;
const renew = async () => {
  await Promise.allSettled((await registrations()).map(one => one.active && tell(one.active, "renew", 12e4)));
  await show();
};
addEventListener("online", renew);
await renew();
})(document, navigator)
