// What is more comfortable with a script. The page works without it.

// A filter that is empty does not belong into a link that somebody shares.
for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && field.value === "") {
        field.disabled = true;
      }
    }
  });
  // A choice from a list needs no button.
  for (const select of form.querySelectorAll("select")) {
    select.addEventListener("change", () => form.requestSubmit());
  }
}

// Times are in UTC; the reader's own stands beside them.
for (const time of document.querySelectorAll("time[datetime]")) {
  time.title = new Date(time.dateTime).toLocaleString();
}

// What is to be pasted elsewhere can be copied, where the browser lets a page do so.
if (navigator.clipboard) {
  for (const pre of document.querySelectorAll("pre.yaml")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + pre.dataset.name);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
    });
    pre.before(button);
  }
}
