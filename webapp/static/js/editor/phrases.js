// CodeMirror's own words in Russian.
export const phrases = {
  ru: {
    "Find": "Найти", "Replace": "Заменить", "next": "дальше", "previous": "назад", "all": "все", "match case": "регистр",
    "by word": "слово целиком", "regexp": "рег. выражение", "replace": "заменить", "replace all": "заменить все", "close": "закрыть",
    "current match": "текущее совпадение", "on line": "в строке", "replaced match on line $": "заменено в строке $", "replaced $ matches": "заменено: $",
    "Go to line": "К строке", "go": "перейти", "Diagnostics": "Замечания", "No diagnostics": "Замечаний нет", "Control character": "Управляющий символ",
    "Selection deleted": "Выделение удалено",
  },
};
