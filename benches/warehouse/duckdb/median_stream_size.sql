SELECT round(median(size_mb) / 1000, 2) AS published, published AS corrected
FROM stream;
