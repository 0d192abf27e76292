// A hand scanner types what it reads into the field that has the focus, and ends with Enter; a person may paste.

export class TypedCode {
  // onCode(text): what was typed. The field is there where the place has such a scanner.
  constructor(onCode) {
    this.form = document.getElementById("typed-form");
    this.field = document.getElementById("typed");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.field.value.replace(/[\r\n]+$/, "");
      this.field.value = "";
      if (text.trim()) onCode(text);
    });
  }

  showAt(place) {
    this.form.hidden = place.dataset.reader !== "hand_scanner";
    if (!this.form.hidden) this.field.focus();
  }
}
