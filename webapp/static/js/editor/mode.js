// Colours of the call language: one line is one thing, so a line's first characters say what it is.
import { HighlightStyle, StreamLanguage, syntaxHighlighting, tags } from "../../vendor/codemirror.esm.js";

const table = {
  head: tags.meta, key: tags.propertyName, step: tags.heading, flag: tags.annotation, stage: tags.attributeName,
  mark: tags.keyword, strict: tags.modifier, code: tags.labelName, way: tags.controlKeyword, jinja: tags.special(tags.string), note: tags.comment,
};

const words = StreamLanguage.define({
  name: "call",
  tokenTable: table,
  startState: () => ({ head: null, kind: "" }),
  token(stream, state) {
    if (stream.sol()) {
      state.kind = "";
      if (stream.match(/^---\s*$/)) {
        state.head = state.head === null ? true : false;
        return "head";
      }
      if (state.head) {
        if (stream.match(/^\s*#.*/)) return "note";
        if (stream.match(/^\s*[A-Za-z0-9_]+(?=:)/)) return "key";
      } else {
        if (stream.match(/^\s*#.*/)) return "note";
        if (stream.match(/^===\s*[a-z0-9_]*/)) { state.kind = "step"; return "step"; }
        if (stream.match(/^(note|title)>/)) return "mark";
        if (stream.match(/^[a-z]{2}(!(\[[^\]]*\])?|\[[^\]]*\]!)>/)) return "strict";
        if (stream.match(/^[a-z]{2}(\[[^\]]*\])?>/)) return "mark";
        if (stream.match(/^[?~]/)) { state.kind = "logic"; return "mark"; }
        if (stream.match(/^[*+]\s*/)) { state.kind = "answer"; return "mark"; }
      }
    }
    if (state.head) {
      if (stream.match(/^[{[,]\s*(?=[A-Za-z0-9_]+:)/)) return null;
      if (stream.match(/^[A-Za-z0-9_]+(?=:\s)/)) return "key";
      stream.next();
      return null;
    }
    if (state.kind === "step" && stream.match(/^@\w+/)) return "flag";
    if (state.kind === "step" && stream.match(/^stage=\w+/)) return "stage";
    if (state.kind === "answer" && stream.match(/^\[[a-z0-9_]+\]/)) return "code";
    if (stream.match(/^(->|=>)\s*(END:)?[a-z0-9_]*/) || stream.match(/^<-/)) return "way";
    if (stream.match(/^\{\{.*?\}\}/) || stream.match(/^\{%.*?%\}/) || stream.match(/^\{#.*?#\}/)) return "jinja";
    if (state.kind && stream.match(/^(if|skip)\b/)) return "mark";
    stream.next();
    return null;
  },
});

const look = HighlightStyle.define(Object.entries(table).map(([name, tag]) => ({ tag, class: `cm-s-${name}` })));

export const callLanguage = [words, syntaxHighlighting(look)];
