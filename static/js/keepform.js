// Keeps what is changed in a form (data-keep-form: the key, of one person and one form) in this browser until the portal has taken it; js/localcopy.js forgets it then.
(function () {
  "use strict";

  // Hidden fields (tokens, marks of what a form showed, ids of rows), files and passwords are never kept.
  var WRITTEN = "textarea, select:not([multiple]), input:not([type=hidden], [type=file], [type=password], [type=submit], [type=button], [type=reset], [type=image])";
  var LONGEST = 3000; // milliseconds that a button waits for the new token
  var ROW = /^(.+)-(\d+)-(\w+)$/;
  var KEPT_ROW = /^(.+)-([#+])(\d+)-(\w+)$/;

  function isTick(control) {
    return control.type === "checkbox" || control.type === "radio";
  }

  function state(control) {
    return isTick(control) ? control.checked : control.value;
  }

  // What the portal wrote into the control, as the control itself would say it.
  function original(control) {
    var alone = document.createElement("form");
    alone.appendChild(control.cloneNode(true));
    alone.reset();
    return state(alone.elements[0]);
  }

  function start(form) {
    var key = form.dataset.keepForm;
    var originals = new Map();
    var carried = {}; // from an earlier page: offered and not yet answered, or refused by the portal and in the form again
    var homelessBox = form.querySelector("[data-keep-homeless]"); // only where a form has rows
    var left = false;
    var asking = false;
    var fit = false;

    function stored(prefix) {
      return Number(form.elements[prefix + "-INITIAL_FORMS"].value);
    }

    // Somebody else may add or remove rows meanwhile: a stored row is known by its id, a new one by its place among the new.
    function nameOf(control) {
      var row = ROW.exec(control.name);
      if (!row || !form.elements[row[1] + "-INITIAL_FORMS"]) {
        return control.type === "radio" ? control.name + "=" + control.value : control.name;
      }
      var number = Number(row[2]) - stored(row[1]);
      return row[1] + "-" + (number < 0 ? "#" + form.elements[row[1] + "-" + row[2] + "-id"].value : "+" + number) + "-" + row[3];
    }

    function controls() {
      var found = new Map();
      Array.from(form.elements).forEach(function (control) {
        if (control.name && control.matches(WRITTEN)) {
          found.set(nameOf(control), control);
        }
      });
      return found;
    }

    function changed() {
      var found = {};
      controls().forEach(function (control, name) {
        if (!originals.has(control)) {
          originals.set(control, original(control));
        }
        if (state(control) !== originals.get(control)) {
          found[name] = state(control);
        }
      });
      return found;
    }

    function keep() {
      var values = Object.assign({}, carried, changed());
      if (Object.keys(values).length) {
        window.localCopy.keep(key, values);
      } else {
        window.localCopy.forget(key);
      }
    }

    // What of a copy is not in the form.
    function missing(values) {
      var here = controls();
      var found = {};
      Object.keys(values).forEach(function (name) {
        if (here.has(name) ? state(here.get(name)) !== values[name] : KEPT_ROW.test(name)) {
          found[name] = values[name];
        }
      });
      return found;
    }

    // A row that is not there any more comes back as a new one, after those that are new already.
    function withRows(values) {
      var here = controls();
      var next = {};
      var moved = {};
      var found = {};
      Object.keys(values).concat(Array.from(here.keys())).forEach(function (name) {
        var row = KEPT_ROW.exec(name);
        if (row && row[2] === "+") {
          next[row[1]] = Math.max(next[row[1]] || 0, Number(row[3]) + 1);
        }
      });
      Object.keys(values).forEach(function (name) {
        var row = KEPT_ROW.exec(name);
        if (row && row[2] === "#" && !here.has(name)) {
          var old = row[1] + "-#" + row[3];
          if (!(old in moved)) {
            moved[old] = next[row[1]] || 0;
            next[row[1]] = moved[old] + 1;
          }
          found[row[1] + "-+" + moved[old] + "-" + row[4]] = values[name];
        } else {
          found[name] = values[name];
        }
      });
      return found;
    }

    function addRows(values) {
      Object.keys(values).forEach(function (name) {
        var row = KEPT_ROW.exec(name);
        var add = row && row[2] === "+" && form.querySelector("[data-formset='" + CSS.escape(row[1]) + "'] [data-add-row]");
        var lacking = add ? stored(row[1]) + Number(row[3]) + 1 - Number(form.elements[row[1] + "-TOTAL_FORMS"].value) : 0;
        for (; lacking > 0; lacking -= 1) {
          add.click();
        }
      });
    }

    function take(values) {
      var all = withRows(values);
      var homeless = {}; // a call that has opened takes no more rows: their words are shown, and stay in the copy
      var focus = null;
      addRows(all);
      var here = controls();
      Object.keys(all).forEach(function (name) {
        var control = here.get(name);
        if (!control) {
          if (typeof all[name] === "string" && all[name].trim()) {
            homeless[name] = all[name];
          }
          return;
        }
        if (isTick(control)) {
          control.checked = all[name];
        } else {
          control.value = all[name];
        }
        control.dispatchEvent(new Event("input", { bubbles: true }));
        focus = focus || control;
      });
      carried = homeless;
      keep();
      showHomeless();
      if (focus) {
        focus.focus();
      }
    }

    function showHomeless() {
      if (!homelessBox) {
        return;
      }
      var here = controls();
      var list = homelessBox.querySelector("[data-keep-homeless-words]");
      list.textContent = "";
      Object.keys(carried).forEach(function (name) {
        if (here.has(name) || typeof carried[name] !== "string" || !carried[name].trim()) {
          return;
        }
        var line = document.createElement("li");
        line.className = "preserve-lines";
        line.textContent = carried[name];
        list.appendChild(line);
      });
      homelessBox.hidden = !list.children.length;
    }

    function drop() {
      carried = {};
      keep();
    }

    // What the form has a place for, refused by the portal and not saved yet, stays in the copy.
    function dropHomeless() {
      var here = controls();
      Object.keys(carried).forEach(function (name) {
        if (!here.has(name)) {
          delete carried[name];
        }
      });
      keep();
      showHomeless();
    }

    if (homelessBox) {
      homelessBox.querySelector("[data-keep-homeless-drop]").addEventListener("click", dropHomeless);
    }

    form.addEventListener("input", keep);

    window.addEventListener("blur", function () {
      left = true;
    });

    // Whoever left this window may have signed in again elsewhere, and has another token now: it is fetched before the form is sent,
    // and only from the same person's page. Whoever is signed out is led to sign in, and back to the form, which offers the copy.
    form.addEventListener("submit", function (event) {
      var button = event.submitter;
      keep();
      if (fit || !left || (button && button.formTarget)) {
        return;
      }
      event.preventDefault();
      if (asking) {
        return;
      }
      asking = true;
      Promise.race([
        window.renewToken("[data-keep-form='" + CSS.escape(key) + "']"),
        new Promise(function (done) { window.setTimeout(done, LONGEST); })
      ]).then(function () {
        asking = false;
        fit = true;
        form.requestSubmit(button);
        fit = false;
      });
    });

    var copy = window.localCopy.find(key);
    var values = (copy && copy.value) || {};
    if (form.hasAttribute("data-unsaved")) {
      carried = values;
      showHomeless();
    } else {
      carried = missing(values);
      if (Object.keys(carried).length) {
        window.localCopy.offer(form.querySelector("[data-autosave-offer]"), { at: copy.at, value: carried }, take, drop);
      } else if (copy) {
        keep();
      }
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-keep-form]").forEach(start);
  });
})();
