/* page.js - the table of findings: filter, sort, group, select, judge. No string from mail is ever markup: textContent alone takes them. */
(function () {
  "use strict";

  const ROW = 30; /* pixels: .row in page.css */
  const SPARE = 12; /* rows drawn above and below what is seen */
  const SEVERITIES = ["info", "low", "medium", "high", "critical"];
  const VERDICTS = ["prose", "contextual", "structural", "proven"];

  const at = (id) => document.getElementById(id);
  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text !== undefined && text !== null) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const count = (number) => number.toLocaleString("en");

  /* The data: see html_rows.c for the order of the fields. */
  const data = JSON.parse(at("data").textContent);
  const secret = (r) => data.secrets[r[0]];
  const message = (r) => (r[1] === null ? null : data.messages[r[1]]);
  const owner = (r) => data.custodians[r[2]] || "";
  const S = { id: 0, name: 1, redacted: 2, category: 3, service: 4, host: 5, user: 6, account: 7, severity: 8, state: 9, access: 10, rank: 11,
    findings: 12, first: 13, last: 14, expires: 15, rotate: 16 };
  const M = { id: 0, date: 1, from: 2, subject: 3, folder: 4, access: 5, isPrivate: 6, to: 7, toCount: 8 };
  const R = { severity: 3, verdict: 4, why: 5, path: 6, line: 7, column: 8, context: 9, quoted: 10, id: 11, judgement: 12, note: 13, view: 14 };

  const WITHHELD = "(withheld)";
  const marks = []; /* as they go into the file */
  const marked = new Map(); /* id of a secret or finding: judgement that holds in this page */
  let unsaved = 0;

  const field = (r, column) => {
    const m = message(r);
    if (!m) return "";
    return m[column] === null ? (m[M.isPrivate] ? WITHHELD : "") : m[column];
  };
  const recipients = (r) => {
    const m = message(r);
    if (!m || m[M.toCount] === 0) return "";
    if (m[M.to].length === 0) return m[M.toCount] + " withheld";
    const more = m[M.toCount] - 1;
    return m[M.to][0] + (more > 0 ? " +" + more : "");
  };
  const stateOf = (r) => marked.get(r[R.id]) || marked.get(secret(r)[S.id]) || r[R.judgement] || secret(r)[S.state] || "open";

  const columns = [
    { title: "Severity", text: (r) => r[R.severity], order: (r) => -SEVERITIES.indexOf(r[R.severity]), className: (r) => "s " + r[R.severity] },
    { title: "Sure", text: (r) => r[R.verdict], order: (r) => -VERDICTS.indexOf(r[R.verdict]) },
    { title: "Kind", text: (r) => secret(r)[S.name] || "" },
    { title: "Secret", text: (r) => secret(r)[S.redacted] || "", className: () => "mono" },
    { title: "Custodian", text: owner },
    { title: "Date", text: (r) => field(r, M.date).slice(0, 10), order: (r) => field(r, M.date) || "~" },
    { title: "From", text: (r) => field(r, M.from) },
    { title: "To", text: recipients },
    { title: "Subject", text: (r) => field(r, M.subject) },
    { title: "State", text: stateOf },
  ];
  if (data.access) {
    const levels = ["accessed", "folder-synced", "window-throttled", "no-record", ""];
    columns.splice(9, 0, { title: "Access", text: (r) => field(r, M.access), order: (r) => levels.indexOf(field(r, M.access)) });
    at("grid").classList.add("access");
  }

  /* What is shown: row numbers, or groups. */
  let rows = data.rows.map((_, i) => i);
  let items = [];
  let sorting = null; /* {column, isDown} */
  let here = 0; /* the active item */
  let anchor = 0; /* where a range begins */
  const chosen = new Set(); /* row numbers */
  const closed = new Set(); /* keys of groups */
  const words = new Array(data.rows.length); /* what the filter looks through, made when it is first asked */

  function wordsOf(i) {
    if (words[i] === undefined) {
      const r = data.rows[i], s = secret(r), m = message(r);
      words[i] = columns.map((c) => c.text(r)).concat([s[S.service], s[S.host], s[S.user], s[S.account], s[S.category], s[S.id], r[R.id], r[R.path],
        r[R.why], r[R.context], m ? m[M.id] : "", m ? m[M.to].join(" ") : "", m ? m[M.folder] : ""]).join("\n").toLowerCase();
    }
    return words[i];
  }

  function isShown(i) {
    const r = data.rows[i];
    if (SEVERITIES.indexOf(r[R.severity]) < at("least").selectedIndex) return false;
    if (VERDICTS.indexOf(r[R.verdict]) < at("sure").selectedIndex) return false;
    const wanted = at("owner").value;
    if (wanted !== "" && r[2] !== Number(wanted)) return false;
    const state = at("state").value;
    if (state && (stateOf(r) === "open") !== (state === "open")) return false;
    return true;
  }

  function pick() {
    const terms = at("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    rows = [];
    for (let i = 0; i < data.rows.length; i++)
      if (isShown(i) && terms.every((term) => wordsOf(i).includes(term))) rows.push(i);
    if (sorting) sort();
    arrange();
  }

  function sort() {
    const column = columns[sorting.column], way = sorting.isDown ? -1 : 1;
    const value = new Map();
    for (const i of rows) value.set(i, (column.order || column.text)(data.rows[i]));
    rows.sort((a, b) => {
      const x = value.get(a), y = value.get(b);
      return x < y ? -way : x > y ? way : a - b;
    });
  }

  /* Groups. */
  const grouping = {
    secret: { key: (r) => r[0], title: (r) => secret(r)[S.name] + "  " + (secret(r)[S.redacted] || "") + "  " + (secret(r)[S.host] || secret(r)[S.service] || "") },
    message: { key: (r) => r[1], title: (r) => (message(r) ? field(r, M.date).slice(0, 10) + "  " + field(r, M.from) + "  " + field(r, M.subject) : "in no message") },
    custodian: { key: (r) => r[2], title: owner },
  };

  function arrange() {
    const by = grouping[at("group").value];
    items = rows;
    if (by) {
      const groups = new Map();
      for (const i of rows) {
        const key = by.key(data.rows[i]);
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(i);
      }
      items = [];
      for (const [key, members] of groups) {
        items.push({ key, members, title: by.title(data.rows[members[0]]) });
        if (!closed.has(key)) for (const i of members) items.push(i);
      }
    }
    here = Math.min(here, Math.max(0, items.length - 1));
    at("grid").setAttribute("aria-rowcount", String(items.length + 1));
    at("body").style.height = items.length * ROW + "px";
    tell();
    draw();
  }

  function tell() {
    const shown = rows.length === data.rows.length ? count(rows.length) + " rows" : count(rows.length) + " of " + count(data.rows.length) + " rows";
    at("status").textContent = shown + "; " + (chosen.size ? count(chosen.size) + " selected" : "none selected");
  }

  /* Drawing: only the rows that are seen exist. */
  function drawRow(index) {
    const item = items[index];
    const element = make("div");
    element.setAttribute("role", "row");
    element.id = "row-" + index;
    element.setAttribute("aria-rowindex", String(index + 2));
    element.style.top = index * ROW + "px";
    element.dataset.index = String(index);
    let classes = "row" + (index % 2 ? " even" : "") + (index === here ? " at" : "");
    if (typeof item === "object") {
      const isWhole = item.members.every((i) => chosen.has(i));
      element.className = classes + " group" + (isWhole ? " chosen" : "");
      element.setAttribute("aria-expanded", String(!closed.has(item.key)));
      element.setAttribute("aria-selected", String(isWhole));
      element.append(cell(closed.has(item.key) ? "▸" : "▾"), cell(item.title + "  (" + count(item.members.length) + ")"));
      return element;
    }
    const r = data.rows[item];
    element.className = classes + (chosen.has(item) ? " chosen" : "");
    element.setAttribute("aria-selected", String(chosen.has(item)));
    const box = cell(chosen.has(item) ? "☑" : "☐");
    box.setAttribute("aria-label", chosen.has(item) ? "selected" : "not selected");
    element.append(box);
    for (const column of columns) element.append(cell(column.text(r), column.className ? column.className(r) : ""));
    return element;
  }

  function cell(text, className) {
    const element = make("div", text, className);
    element.setAttribute("role", "gridcell");
    return element;
  }

  let isAsked = false;
  function draw() {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      const grid = at("grid");
      const from = Math.max(0, Math.floor(grid.scrollTop / ROW) - SPARE);
      const to = Math.min(items.length, Math.ceil((grid.scrollTop + grid.clientHeight) / ROW) + SPARE);
      const drawn = [];
      for (let i = from; i < to; i++) drawn.push(drawRow(i));
      at("body").replaceChildren(...drawn);
      if (here >= from && here < to) grid.setAttribute("aria-activedescendant", "row-" + here);
      else grid.removeAttribute("aria-activedescendant");
    });
  }

  function drawHead() {
    const row = make("div", undefined, "row");
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", "1");
    const first = make("div", "✓");
    first.setAttribute("role", "columnheader");
    first.setAttribute("aria-label", "selected");
    row.append(first);
    columns.forEach((column, i) => {
      const header = make("div");
      const isThis = sorting && sorting.column === i;
      header.setAttribute("role", "columnheader");
      header.setAttribute("aria-sort", isThis ? (sorting.isDown ? "descending" : "ascending") : "none");
      const button = make("button", column.title + (isThis ? (sorting.isDown ? " ▾" : " ▴") : ""));
      button.type = "button";
      button.addEventListener("click", () => {
        sorting = !isThis ? { column: i, isDown: false } : sorting.isDown ? null : { column: i, isDown: true };
        drawHead();
        at("head").querySelectorAll("button")[i].focus();
        pick();
      });
      header.append(button);
      row.append(header);
    });
    at("head").replaceChildren(row);
    at("grid").setAttribute("aria-colcount", String(columns.length + 1));
  }

  /* Moving and choosing. */
  function move(to) {
    const grid = at("grid"), head = at("head").offsetHeight;
    here = Math.max(0, Math.min(items.length - 1, to));
    const top = here * ROW, seen = grid.clientHeight - head;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + ROW > grid.scrollTop + seen) grid.scrollTop = top + ROW - seen;
    draw();
  }

  const members = (item) => (typeof item === "object" ? item.members : [item]);

  function choose(index, isRange) {
    if (!items.length) return;
    if (isRange) {
      for (let i = Math.min(anchor, index); i <= Math.max(anchor, index); i++) for (const row of members(items[i])) chosen.add(row);
    } else {
      const these = members(items[index]), isWhole = these.every((i) => chosen.has(i));
      for (const i of these) if (isWhole) chosen.delete(i); else chosen.add(i);
      anchor = index;
    }
    tell();
    draw();
  }

  function open(index) {
    const item = items[index];
    if (item === undefined) return;
    if (typeof item === "object") {
      if (closed.has(item.key)) closed.delete(item.key); else closed.add(item.key);
      arrange();
    } else {
      showDetail(item);
    }
  }

  function onKey(event) {
    if (event.target !== at("grid")) return;
    const page = Math.max(1, Math.floor(at("grid").clientHeight / ROW) - 2);
    const ways = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + page, PageUp: here - page, Home: 0, End: items.length - 1 };
    const item = items[here];
    if (event.key in ways) {
      move(ways[event.key]);
      if (event.shiftKey) choose(here, true);
    } else if (event.key === " ") choose(here, event.shiftKey);
    else if (event.key === "Enter") open(here);
    else if (event.key === "ArrowRight" && typeof item === "object" && closed.has(item.key)) open(here);
    else if (event.key === "ArrowLeft" && typeof item === "object" && !closed.has(item.key)) open(here);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) { for (const i of rows) chosen.add(i); tell(); draw(); }
    else if (event.key === "Escape") { chosen.clear(); tell(); draw(); }
    else return;
    event.preventDefault();
  }

  function onClick(event) {
    const row = event.target.closest("#body .row");
    if (!row) return;
    const index = Number(row.dataset.index), isBox = event.target === row.firstElementChild;
    here = index;
    if (event.shiftKey) choose(index, true);
    else if (typeof items[index] === "object") open(index);
    else if (isBox || event.ctrlKey || event.metaKey) choose(index, false);
    else { anchor = index; open(index); }
    draw();
  }

  /* One finding. */
  function showDetail(i) {
    const r = data.rows[i], s = secret(r), m = message(r), box = at("detail");
    const list = make("dl");
    const put = (name, value) => { if (value) list.append(make("dt", name), make("dd", value)); };
    const title = make("h2", s[S.name] + "  " + (s[S.redacted] || ""));
    title.id = "detail-h";
    put("severity", r[R.severity] + ", " + r[R.verdict]);
    put("why", r[R.why]);
    put("state", stateOf(r) + (r[R.note] ? ": " + r[R.note] : ""));
    put("opens", [s[S.service], s[S.host], s[S.user], s[S.account]].filter(Boolean).join(", "));
    put("expires", s[S.expires]);
    put("to rotate", s[S.rotate]);
    put("rank", s[S.rank] + " in the order to rotate");
    put("lies in", s[S.findings] + " place(s), " + (s[S.first] || "undated") + " to " + (s[S.last] || "undated"));
    put("custodian", owner(r));
    if (m) {
      put("date", m[M.date]);
      put("from", field(r, M.from));
      put("to", m[M.to].join(", ") + (m[M.toCount] > m[M.to].length ? " and " + (m[M.toCount] - m[M.to].length) + " more" : ""));
      put("subject", field(r, M.subject));
      put("folder", field(r, M.folder));
      put("Message-ID", m[M.id]);
      put("access", m[M.access]);
    }
    put("path", r[R.path]);
    put("line, column", r[R.line] + ", " + r[R.column] + (r[R.view] !== "text" ? " (" + r[R.view] + ")" : "") + (r[R.quoted] ? "; quoted from an earlier message" : ""));
    put("finding", r[R.id]);
    put("secret", s[S.id]);
    const parts = [title, list];
    if (r[R.context]) parts.push(make("h3", "Context, the secret masked"), make("pre", r[R.context]));
    const others = data.rows.reduce((all, other, k) => (other[0] === r[0] && k !== i ? all.concat(k) : all), []);
    if (others.length) parts.push(make("p", "The same secret stands in " + count(others.length) + " more row" + (others.length === 1 ? "" : "s") + " here: group by secret to see them together."));
    const close = make("button", "Close");
    close.type = "button";
    close.addEventListener("click", () => box.close());
    parts.push(close);
    box.replaceChildren(...parts);
    box.showModal();
    close.focus();
  }

  /* Judging. */
  function uid() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function retell() {
    marked.clear();
    for (const mark of marks) marked.set(mark.id, mark.judgement);
    words.fill(undefined);
    at("marks").textContent = (marks.length ? count(marks.length) + (marks.length === 1 ? " mark" : " marks") : "No marks") + (unsaved ? ", not saved yet." : ".") +
      " Then: mailspill mark --case DIR --import FILE";
    pick();
  }

  const batches = []; /* how many marks each step added */
  function judge(event) {
    event.preventDefault();
    const by = at("by").value.trim(), of = at("of").value, note = at("note").value.trim(), word = at("word").value;
    const ids = new Set();
    for (const i of chosen) ids.add(of === "secret" ? secret(data.rows[i])[S.id] : data.rows[i][R.id]);
    if (!by || !ids.size) {
      at("marks").textContent = ids.size ? "Say who judges: the field «by» is empty." : "Nothing is selected: choose rows of the table first.";
      (ids.size ? at("by") : at("grid")).focus();
      return;
    }
    const now = new Date().toISOString().slice(0, 19) + "Z";
    for (const id of ids) marks.push({ type: "mark", uid: uid(), at: now, by, of, id, judgement: word, note: note || null, undoes: null });
    batches.push(ids.size);
    unsaved += ids.size;
    chosen.clear();
    retell();
  }

  function takeBack() {
    const last = batches.pop() || 0;
    marks.length -= last;
    unsaved = Math.max(0, unsaved - last);
    retell();
  }

  function save() {
    const text = marks.map((mark) => JSON.stringify(mark) + "\n").join("");
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
    link.download = "marks.jsonl";
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    unsaved = 0;
    batches.length = 0; /* what is in a file is taken back by an undo in the case */
    retell();
  }

  /* Beginning. */
  let wait = 0;
  const soon = () => { clearTimeout(wait); wait = setTimeout(pick, 120); };

  data.custodians.slice(0, 1000).forEach((name, i) => {
    const option = make("option", name || "(none)");
    option.value = String(i);
    at("owner").append(option);
  });
  at("filter").addEventListener("input", soon);
  for (const id of ["least", "sure", "owner", "state"]) at(id).addEventListener("change", pick);
  at("group").addEventListener("change", () => { closed.clear(); here = 0; at("grid").scrollTop = 0; arrange(); });
  at("grid").addEventListener("scroll", draw, { passive: true });
  at("grid").addEventListener("keydown", onKey);
  at("body").addEventListener("click", onClick);
  at("judge").addEventListener("submit", judge);
  at("undo").addEventListener("click", takeBack);
  at("save").addEventListener("click", save);
  window.addEventListener("resize", draw);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.nodeName) && !at("detail").open) {
      at("filter").focus();
      event.preventDefault();
    }
  });
  window.addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  at("app").hidden = false;
  drawHead();
  arrange();
  document.documentElement.dataset.ready = "1";
})();
