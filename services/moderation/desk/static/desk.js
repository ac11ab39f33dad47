// The desk works without this. With it: keys, a claim that is renewed while the page is open, a filter that needs no button.
"use strict"
{
  const find = (selector) => document.querySelector(selector)
  const stored = {
    get on() { try { return localStorage.getItem("keys") !== "off" } catch { return true } },
    set on(value) { try { localStorage.setItem("keys", value ? "on" : "off") } catch { /* then for this page only */ } },
  }
  const help = find("#keys")
  const box = find("#keys-on")
  let on = stored.on
  if (box) {
    box.checked = on
    box.addEventListener("change", () => { on = stored.on = box.checked })
  }

  for (const select of document.querySelectorAll("[data-filter]")) {
    select.addEventListener("change", () => select.form.requestSubmit())
  }

  const cases = [...document.querySelectorAll("[data-case] .words")]
  const step = (by) => {
    if (cases.length) {
      const at = cases.findIndex((one) => one.closest("[data-case]").contains(document.activeElement))
      cases[Math.max(0, Math.min(cases.length - 1, at + by))].focus()
    } else {
      find(by > 0 ? "a[rel=next]" : "a[rel=prev]")?.click()
    }
  }

  // A button that was pressed once is pressed: a second press would ask for the same decision again.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", () => {
      setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true })
    })
  }
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("form button:disabled")) button.disabled = false
  })

  const writing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return
    if (event.key === "?" || event.key === "؟") { help?.showModal(); event.preventDefault(); return }
    if (!on) return
    // Where a keyboard writes no Latin letters, what stands in the same place counts.
    const place = /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.code === "Slash" ? "/" : ""
    const key = /^[a-z/]$/i.test(event.key) ? event.key.toLowerCase() : place
    const button = key && find(`button[data-key="${CSS.escape(key)}"]`)
    if (button) button.click()
    else if (key === "j") step(1)
    else if (key === "k") step(-1)
    else if (key === "/") (find("input[type=search]") ?? find("[data-filter]"))?.focus()
    else return
    event.preventDefault()
  })

  const decide = find("#decide")
  if (decide?.querySelector("[data-mine]")) {
    const renew = () => {
      const body = new URLSearchParams({ csrf: decide.elements.csrf.value, id: decide.elements.id.value })
      fetch("/claim", { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => {})
    }
    setInterval(() => { if (!document.hidden) renew() }, 120_000)
  }
}
