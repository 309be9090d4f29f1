"""Answers for analysts: the codebook, and the answers as CSV, XLSX, Triple-S 2.0 and SPSS.

``columns`` says which column each field becomes, ``codebook`` explains them, ``table`` fills them, ``crosstab`` counts
two against each other; ``sheets`` writes CSV and XLSX, ``triple_s`` and ``spss`` their formats. Pure but for the bytes
they return. May import the model, XlsxWriter and, in ``spss`` only and only if installed, pyreadstat.
"""
