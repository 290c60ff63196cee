"use strict";
(() => {
  const table = document.getElementById("grants");
  const body = table.tBodies[0];
  if (body.querySelector(".none")) return;
  const heads = [...table.tHead.rows[0].cells];
  const filter = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const views = { person: document.getElementById("by-person"), role: document.getElementById("by-role") };
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  // The cells of a row in the order of the file: person, role, through, tenant, login.
  const rows = [...body.rows].map((tr) => {
    const cells = [...tr.cells];
    return { tr, cells, keys: cells.map((c) => c.textContent.trim()), text: tr.textContent.toLowerCase() };
  });
  let sorted = { column: 0, descending: false };

  // sort orders the rows by a column; rows that are equal in it keep their order.
  function sort(column, descending) {
    sorted = { column, descending };
    const sign = descending ? -1 : 1;
    rows.sort((a, b) => sign * collator.compare(a.keys[column], b.keys[column]));
    body.append(...rows.map((r) => r.tr));
    heads.forEach((th, i) => {
      if (i === column) th.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
    show();
  }

  // show hides the rows that do not have all words of the filter, and names that
  // repeat those of the row above.
  function show() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    let before = null;
    for (const r of rows) {
      r.tr.hidden = !words.every((w) => r.text.includes(w));
      const first = views.role.getAttribute("aria-pressed") === "true" ? 1 : 0;
      if (r.tr.hidden) continue;
      for (const c of [0, 1]) {
        r.cells[c].classList.toggle("same", c === first && sorted.column === first && before !== null && before.keys[c] === r.keys[c]);
      }
      before = r;
      count++;
    }
    shown.textContent = count === rows.length ? `${count} grants` : `${count} of ${rows.length} grants`;
  }

  // arrange puts the person or the role into the first column.
  function arrange(by) {
    const first = by === "role" ? 1 : 0;
    for (const cells of [heads, ...rows.map((r) => r.cells)]) {
      cells[0].parentNode.prepend(cells[first], cells[1 - first]);
    }
    for (const name in views) views[name].setAttribute("aria-pressed", String(name === by));
    sort(1 - first, false);
    sort(first, false);
  }

  heads.slice(0, 5).forEach((th, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = th.textContent;
    button.addEventListener("click", () => sort(column, sorted.column === column && !sorted.descending));
    th.replaceChildren(button);
  });
  for (const name in views) views[name].addEventListener("click", () => arrange(name));
  filter.addEventListener("input", show);
  for (const tr of document.getElementById("roles").tBodies[0].rows) {
    const name = tr.cells[0];
    const button = document.createElement("button");
    button.type = "button";
    button.append(...name.childNodes);
    button.addEventListener("click", () => {
      filter.value = button.querySelector("small").textContent;
      show();
      filter.scrollIntoView();
    });
    name.append(button);
  }
  document.querySelector(".controls").hidden = false;
  arrange("person");
})();
