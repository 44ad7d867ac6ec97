# Estimates by R's survey package (Lumley), for test_r.py to hold ours against. Argument: a folder with the test's CSV files,
# in which this leaves values.txt (name, then numbers) and the package's own api data.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail", digits = 17)
folder <- commandArgs(trailingOnly = TRUE)[1]
out <- file(file.path(folder, "values.txt"), "w")
say <- function(name, ...) cat(name, format(as.numeric(c(...)), digits = 17, trim = TRUE), "\n", file = out)
both <- function(name, x) say(name, coef(x), SE(x))
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = FALSE)

say("version", unlist(packageVersion("survey"))[1:2])

# ---- one stage: strata, unequal weights, finite populations
one <- read("strata")
d <- svydesign(ids = ~1, strata = ~h, weights = ~w, fpc = ~N, data = one)
endless <- svydesign(ids = ~1, strata = ~h, weights = ~w, data = one)
both("strata.mean", svymean(~x, d))
both("strata.mean.endless", svymean(~x, endless))
both("strata.total", svytotal(~x, d))
both("strata.share", svymean(~b, d))
both("strata.missing", svymean(~y, d, na.rm = TRUE))
both("strata.ratio", svyratio(~x, ~z, d))
both("strata.domain", svymean(~x, subset(d, g == 2)))
both("strata.domain.total", svytotal(~x, subset(d, g == 2)))
both("strata.domain.ratio", svyratio(~x, ~z, subset(d, g == 2)))
say("strata.df", degf(d), degf(subset(d, g == 2)))
say("strata.deff", deff(svymean(~x, d, deff = TRUE)), deff(svymean(~x, d, deff = "replace")),
    deff(svymean(~x, subset(d, g == 2), deff = TRUE)), deff(svymean(~x, subset(d, g == 2), deff = "replace")))
by <- svyby(~x, ~g, d, svymean, covmat = TRUE)
say("strata.covariance", vcov(by))
both("strata.contrast", svycontrast(by, c(-1, 1, 0)))
for (p in c(.1, .25, .5, .9))
  say(paste0("strata.quantile.", p), unlist(svyquantile(~x, d, p, interval.type = "mean", qrule = "math")[[1]]))
say("strata.quantile.domain", unlist(svyquantile(~x, subset(d, g == 2), .5)[[1]]))
for (method in c("beta", "xlogit", "mean"))
  say(paste0("strata.ciprop.", method), attr(svyciprop(~b, d, method = method), "ci"))

# ---- clusters, two stages
two <- read("stages")
d <- svydesign(ids = ~psu + ssu, strata = ~h, weights = ~w, fpc = ~N + M, data = two)
both("stages.mean", svymean(~x, d))
both("stages.total", svytotal(~x, d))
both("stages.share", svymean(~b, d))
both("stages.ratio", svyratio(~x, ~z, d))
both("stages.domain", svymean(~x, subset(d, g == 2)))
say("stages.df", degf(d))
first <- svydesign(ids = ~psu, strata = ~h, weights = ~w, fpc = ~N, data = two)
both("stages.first", svymean(~x, first))
both("stages.endless", svymean(~x, svydesign(ids = ~psu, strata = ~h, weights = ~w, data = two)))
say("stages.ciprop.beta", attr(svyciprop(~b, first, method = "beta"), "ci"))
set.seed(1)
replicates <- subbootweights(two$h, two$psu, 40, compress = FALSE)$repweights
write.csv(replicates, file.path(folder, "replicates.csv"), row.names = FALSE)
say("stages.boot", colSums(two$w * replicates * two$x) / colSums(two$w * replicates))

# ---- weights: raking, post-stratification, bounds, trimming
cal <- read("calibrated")
d <- svydesign(ids = ~1, weights = ~w, fpc = ~N, data = cal)
tight <- function(...) calibrate(..., epsilon = 1e-13, maxit = 500)
k <- c(`(Intercept)` = 2000, s2 = 900, a2 = 700, a3 = 500)
cal$s <- factor(cal$s); cal$a <- factor(cal$a)
d <- svydesign(ids = ~1, weights = ~w, fpc = ~N, data = cal)
e <- tight(d, ~ s + a, k, calfun = "raking")
say("raked.weights", weights(e))
both("raked.mean", svymean(~x, e))
both("raked.total", svytotal(~x, e))
both("raked.missing", svymean(~y, e, na.rm = TRUE))
both("raked.domain", svymean(~x, subset(e, g == 2)))
both("raked.ratio", svyratio(~x, ~z, e))
both("raked.fpcless", svymean(~x, tight(svydesign(ids = ~1, weights = ~w, data = cal), ~ s + a, k, calfun = "raking")))
for (method in c("beta", "xlogit"))
  say(paste0("raked.ciprop.", method), attr(svyciprop(~b, e, method = method), "ci"))
say("raked.rake", weights(rake(d, list(~s, ~a), list(data.frame(s = 1:2, Freq = c(1100, 900)),
    data.frame(a = 1:3, Freq = c(800, 700, 500))), control = list(maxit = 1000, epsilon = 1e-9, verbose = FALSE))))
e <- postStratify(d, ~a, data.frame(a = 1:3, Freq = c(800, 700, 500)))
say("post.weights", weights(e))
both("post.mean", svymean(~x, e))
both("post.domain", svymean(~x, subset(e, g == 2)))
e <- tight(d, ~ s + a, k, calfun = "logit", bounds = c(.6, 1.9))
say("bounded.weights", weights(e))
both("bounded.mean", svymean(~x, e))
say("trimmed.weights", weights(trimWeights(d, upper = 20, lower = 9, strict = TRUE)))
cluster <- svydesign(ids = ~c, weights = ~w, data = cal)
both("raked.clusters", svymean(~x, tight(cluster, ~ s + a, k, calfun = "raking")))

# ---- a panel: waves under each other, the person as unit
panel <- read("panel")
panel$wave <- factor(panel$wave)
d <- svydesign(ids = ~person, weights = ~w, data = panel)
both("panel.change", svycontrast(svyby(~x, ~wave, d, svymean, covmat = TRUE), c(-1, 1)))
both("panel.share", svycontrast(svyby(~b, ~wave, d, svymean, covmat = TRUE), c(-1, 1)))
m <- model.matrix(~ 0 + wave + wave:I(a == 2), panel)
e <- tight(d, ~ 0 + wave + wave:I(a == 2), setNames(c(1000, 1100, 400, 500), colnames(m)), calfun = "raking")
e <- update(e, x1 = x * (wave == 1), n1 = 1 * (wave == 1), x2 = x * (wave == 2), n2 = 1 * (wave == 2))
both("panel.raked", svycontrast(svytotal(~ x1 + n1 + x2 + n2, e), quote(x2 / n2 - x1 / n1)))

# ---- the package's own examples, with its printed digits (method: published examples)
data(api)
columns <- c("dnum", "snum", "pw", "fpc", "stype", "api00", "enroll", "sch.wide", "ell")
for (name in c("apistrat", "apiclus1", "apiclus2")) {
  frame <- get(name)
  write.csv(frame[, intersect(c(columns, "fpc1", "fpc2"), names(frame))], file.path(folder, paste0(name, ".csv")),
            row.names = FALSE)
}
write.csv(attitude, file.path(folder, "attitude.csv"), row.names = FALSE)
fit <- factanal(covmat = cov(attitude), factors = 1, control = list(opt = list(factr = 1e5), lower = 0.005))
spread <- sqrt(diag(cov(attitude)))
lambda <- fit$loadings[, 1] * spread
say("attitude.omega", sum(lambda)^2 / (sum(lambda)^2 + sum(fit$uniquenesses * spread^2)))
if (requireNamespace("psych", quietly = TRUE)) {
  found <- suppressWarnings(psych::alpha(attitude))
  say("psych.alpha", found$total$raw_alpha)
  say("psych.dropped", found$alpha.drop$raw_alpha)
  say("psych.itemrest", sapply(1:7, function(j) cor(attitude[, j], rowSums(attitude[, -j]))))
}
if (requireNamespace("sae", quietly = TRUE)) {
  data("milk", package = "sae")
  write.csv(milk, file.path(folder, "milk.csv"), row.names = FALSE)
  fit <- sae::mseFH(yi ~ as.factor(MajorArea), milk$SD^2, data = milk)
  say("sae.between", fit$est$fit$refvar)
  say("sae.eblup", fit$est$eblup)
  say("sae.mse", fit$mse)
}
close(out)
