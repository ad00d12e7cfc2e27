R=$1 K=${2:-$1/allowed_signers} T=$(mktemp -d); trap 'rm -r "$T"' EXIT; mkdir "$T/b"; LC_ALL=C grep -ahP '^[^\x00-\x1f]*,"h":"[0-9a-f]{64}"}$' "$R/journal.jsonl" > "$T/j"
sed -E 's/,"h":"[0-9a-f]{64}"\}$//' "$T/j" | split -l1 -a6 -d - "$T/b/"; (cd "$T/b"; find . -type f | sort | xargs sha256sum --) | cut -c1-64 > "$T/h"
jq -r '[.h,.prev,.n]|@tsv' "$T/j" | paste - "$T/h" | awk 'BEGIN{p=sprintf("%064d",0)} $1""!=$4{print "ALTERED",$3;e=1} $2""!=p||$3!=NR-1{print "CHAIN",$3;e=1} {p=$1} END{print NR,"records, head",p;exit e}' || exit 1
grep -qx "head $(tail -n1 "$T/j" | jq -r .h)" "$R/seal/seal.txt" && grep -qx "sha256 $(sha256sum < "$R/journal.jsonl" | cut -c1-64)" "$R/seal/seal.txt" && echo "seal covers file" || exit 2
for s in "$R"/seal/*.sig; do ssh-keygen -Y verify -f "$K" -I "$(basename "$s" .sig)" -n mop-seal -s "$s" < "$R/seal/seal.txt" || exit 3; done
