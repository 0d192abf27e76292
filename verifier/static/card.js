// The boxes of a card, copied into another program or saved as a file: box, name and value of each, in order.

export function prepareCard() {
  const card = document.getElementById("card");
  if (!card) return;
  const copy = document.getElementById("card-copy");
  const status = document.getElementById("card-status");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(rows(card).map((row) => row.join("\t")).join("\n"));
      status.textContent = copy.dataset.done;
    } catch {
      status.textContent = copy.dataset.failed;
    }
  });
  document.getElementById("card-save").addEventListener("click", () => save(rows(card)));
}

function rows(card) {
  return [...card.querySelectorAll("[data-copied]")].map(({ dataset }) => [dataset.box, dataset.label, dataset.copied]);
}

// Comma-separated values (RFC 4180).
function save(lines) {
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const text = [["box", "name", "value"], ...lines].map((line) => line.map(quoted).join(",")).join("\r\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${text}\r\n`], { type: "text/csv" }));
  link.download = "card.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
