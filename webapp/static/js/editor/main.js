// The script editor: CodeMirror over the textarea, and the tabs beside it.
import {
  EditorState, EditorView, bracketMatching, defaultKeymap, drawSelection, forceLinting, highlightActiveLine, highlightActiveLineGutter,
  highlightSelectionMatches, history, historyKeymap, indentWithTab, keymap, lineNumbers, lintGutter, lintKeymap, linter, search, searchKeymap,
} from "../../vendor/codemirror.esm.js";
import { check } from "./checking.js";
import * as comments from "./comments.js";
import * as drawing from "./drawing.js";
import { callLanguage } from "./mode.js";
import { phrases } from "./phrases.js";
import * as rehearsal from "./rehearsal.js";
import * as saving from "./saving.js";
import { home } from "./server.js";
import "./tabs.js";

const CHECK_MS = 400;
const source = document.getElementById("source");
const editable = Boolean(home.dataset.editable);

const look = EditorView.theme({
  "&": { fontSize: "13.5px" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace', lineHeight: "1.55" },
  ".cm-gutters": { background: "var(--wl-soft)", color: "var(--wl-calm)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--tblr-primary) 9%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--tblr-body-color)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--tblr-primary) 28%, transparent)" },
  ".cm-tooltip, .cm-panels": { background: "var(--tblr-bg-surface)", color: "var(--tblr-body-color)", border: "1px solid var(--wl-line)" },
  ".cm-panels input, .cm-panels button": { background: "var(--tblr-bg-surface)", backgroundImage: "none", color: "var(--tblr-body-color)", border: "1px solid var(--wl-line)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", maxWidth: "36rem" },
  ".cm-searchMatch": { background: "color-mix(in srgb, var(--wl-busy) 30%, transparent)" },
});

const view = new EditorView({
  state: EditorState.create({
    doc: source.value,
    extensions: [
      EditorView.cspNonce.of(home.dataset.nonce),
      look, callLanguage, lineNumbers(), lintGutter(), history(), drawSelection(), bracketMatching(), highlightActiveLine(),
      highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }), EditorView.lineWrapping,
      EditorState.readOnly.of(!editable), EditorState.tabSize.of(2), EditorState.phrases.of(phrases[home.dataset.language] ?? {}),
      EditorView.contentAttributes.of({ "aria-label": source.getAttribute("aria-label"), spellcheck: "false", tabindex: "0" }),
      linter(check, { delay: CHECK_MS }),
      keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap, indentWithTab]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          source.value = update.state.doc.toString();
          if (editable) saving.changed();
        }
        if (update.selectionSet || update.docChanged) { drawing.mark(update.view); comments.about(); }
      }),
    ],
  }),
});
source.hidden = true;
source.before(view.dom);

const write = (words) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: words } });
if (editable) saving.begin(() => view.state.doc.toString(), write);
drawing.begin(view);
rehearsal.begin(view);
comments.begin(view, editable ? saving.settled : async () => true);
forceLinting(view);

// Nobody reviews a text that the server does not have yet.
document.getElementById("to-review")?.addEventListener("click", async (event) => {
  if (!editable || saving.isSaved()) return;
  event.preventDefault();
  if (await saving.settled()) location.assign(event.target.href);
});
