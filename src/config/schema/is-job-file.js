// Written by write-check.ts.
const check = {
    part0(data, ctx) {     if (!this.part1(data)) {
            return false
        }
        if (!this.part2(data)) {
            return false
        }
        return true
     },
    part1(data, ctx) {     return ((typeof data === "object" && data !== null) || typeof data === "function")
     },
    part2(data, ctx) {     if (!this.part3(data)) {
            return false
        }
        return true
     },
    part3(data, ctx) {     if ("processes" in data) {
            if (!this.part4(data.processes)) {
                return false
            }
        }
        return true
     },
    part4(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part5(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part5(data, ctx) {     if (!this.part6(data)) {
            return false
        }
        if (!this.part7(data)) {
            return false
        }
        return true
     },
    part6(data, ctx) {     return Array.isArray(data)
     },
    part7(data, ctx) {     if (!this.part8(data)) {
            return false
        }
        return true
     },
    part8(data, ctx) {     for (let i = 0; i < data.length; i++) {
            if (!this.part9(data[i])) {
                return false
            }
        }
        return true
     },
    part9(data, ctx) {     if (!this.part1(data)) {
            return false
        }
        if (!this.part10(data)) {
            return false
        }
        return true
     },
    part10(data, ctx) {     if (!this.part11(data)) {
            return false
        }
        if (!this.part15(data)) {
            return false
        }
        if (!this.part19(data)) {
            return false
        }
        if (!this.part39(data)) {
            return false
        }
        if (!this.part45(data)) {
            return false
        }
        if (!this.part47(data)) {
            return false
        }
        if (!this.part54(data)) {
            return false
        }
        if (!this.part56(data)) {
            return false
        }
        if (!this.part63(data)) {
            return false
        }
        if (!this.part82(data)) {
            return false
        }
        if (!this.part84(data)) {
            return false
        }
        if (!this.part89(data)) {
            return false
        }
        if (!this.part100(data)) {
            return false
        }
        return true
     },
    part11(data, ctx) {     if ("executable" in data) {
            if (!this.part12(data.executable)) {
                return false
            }
        }
        else {
            return false
        }
        return true
     },
    part12(data, ctx) {     if (!this.part13(data)) {
            return false
        }
        if (!this.part14(data)) {
            return false
        }
        return true
     },
    part13(data, ctx) {     return typeof data === "string"
     },
    part14(data, ctx) {     return data.length >= 1
     },
    part15(data, ctx) {     if ("name" in data) {
            if (!this.part16(data.name)) {
                return false
            }
        }
        else {
            return false
        }
        return true
     },
    part16(data, ctx) {     if (!this.part17(data)) {
            return false
        }
        if (!this.part18(data)) {
            return false
        }
        return true
     },
    part17(data, ctx) {     return typeof data === "string"
     },
    part18(data, ctx) {     return data.length >= 1
     },
    part19(data, ctx) {     if ("additional_volumes" in data) {
            if (!this.part20(data.additional_volumes)) {
                return false
            }
        }
        return true
     },
    part20(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part21(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part21(data, ctx) {     if (!this.part6(data)) {
            return false
        }
        if (!this.part22(data)) {
            return false
        }
        return true
     },
    part22(data, ctx) {     if (!this.part23(data)) {
            return false
        }
        return true
     },
    part23(data, ctx) {     for (let i = 0; i < data.length; i++) {
            if (!this.part24(data[i])) {
                return false
            }
        }
        return true
     },
    part24(data, ctx) {     if (!this.part1(data)) {
            return false
        }
        if (!this.part25(data)) {
            return false
        }
        return true
     },
    part25(data, ctx) {     if (!this.part26(data)) {
            return false
        }
        if (!this.part28(data)) {
            return false
        }
        if (!this.part32(data)) {
            return false
        }
        if (!this.part34(data)) {
            return false
        }
        if (!this.part36(data)) {
            return false
        }
        return true
     },
    part26(data, ctx) {     if ("path" in data) {
            if (!this.part27(data.path)) {
                return false
            }
        }
        else {
            return false
        }
        return true
     },
    part27(data, ctx) {     return typeof data === "string"
     },
    part28(data, ctx) {     if ("allow_executions" in data) {
            if (!this.part29(data.allow_executions)) {
                return false
            }
        }
        return true
     },
    part29(data, ctx) {     if (this.part30(data)) {
            return true
        }
        if (this.part31(data)) {
            return true
        }
        return false
     },
    part30(data, ctx) {     return data === false
     },
    part31(data, ctx) {     return data === true
     },
    part32(data, ctx) {     if ("mount_only" in data) {
            if (!this.part33(data.mount_only)) {
                return false
            }
        }
        return true
     },
    part33(data, ctx) {     if (this.part30(data)) {
            return true
        }
        if (this.part31(data)) {
            return true
        }
        return false
     },
    part34(data, ctx) {     if ("shared" in data) {
            if (!this.part35(data.shared)) {
                return false
            }
        }
        return true
     },
    part35(data, ctx) {     if (this.part30(data)) {
            return true
        }
        if (this.part31(data)) {
            return true
        }
        return false
     },
    part36(data, ctx) {     if ("writable" in data) {
            if (!this.part37(data.writable)) {
                return false
            }
        }
        return true
     },
    part37(data, ctx) {     if (this.part30(data)) {
            return true
        }
        if (this.part31(data)) {
            return true
        }
        return false
     },
    part38(data, ctx) {     return data === null
     },
    part39(data, ctx) {     if ("args" in data) {
            if (!this.part40(data.args)) {
                return false
            }
        }
        return true
     },
    part40(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part41(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part41(data, ctx) {     if (!this.part6(data)) {
            return false
        }
        if (!this.part42(data)) {
            return false
        }
        return true
     },
    part42(data, ctx) {     if (!this.part43(data)) {
            return false
        }
        return true
     },
    part43(data, ctx) {     for (let i = 0; i < data.length; i++) {
            if (!this.part44(data[i])) {
                return false
            }
        }
        return true
     },
    part44(data, ctx) {     return typeof data === "string"
     },
    part45(data, ctx) {     if ("capabilities" in data) {
            if (!this.part46(data.capabilities)) {
                return false
            }
        }
        return true
     },
    part46(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part41(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part47(data, ctx) {     if ("env" in data) {
            if (!this.part48(data.env)) {
                return false
            }
        }
        return true
     },
    part48(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part53(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part49(data, ctx) {     if (!this.part50(data)) {
            return false
        }
        if (!this.part51(data)) {
            return false
        }
        return true
     },
    part50(data, ctx) {     return ((typeof data === "object" && data !== null) || typeof data === "function")
     },
    part51(data, ctx) {     const keys = Object.keys(data)
        keys.push(...Object.getOwnPropertySymbols(data))
        for (let i = 0; i < keys.length; i++) {
            const k = keys[i]
            if (this.part44(k)) {
                if (!this.part44(data[k])) {
                    return false
                }
            }
        }
        return true
     },
    part52(data, ctx) {  },
    part53(data, ctx) {     if (!this.part51(data)) {
            return false
        }
        return true
     },
    part54(data, ctx) {     if ("ephemeral_disk" in data) {
            if (!this.part55(data.ephemeral_disk)) {
                return false
            }
        }
        return true
     },
    part55(data, ctx) {     if (this.part30(data)) {
            return true
        }
        if (this.part31(data)) {
            return true
        }
        return false
     },
    part56(data, ctx) {     if ("hooks" in data) {
            if (!this.part57(data.hooks)) {
                return false
            }
        }
        return true
     },
    part57(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part62(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part58(data, ctx) {     if (!this.part1(data)) {
            return false
        }
        if (!this.part59(data)) {
            return false
        }
        return true
     },
    part59(data, ctx) {     if (!this.part60(data)) {
            return false
        }
        return true
     },
    part60(data, ctx) {     if ("pre_start" in data) {
            if (!this.part61(data.pre_start)) {
                return false
            }
        }
        return true
     },
    part61(data, ctx) {     return typeof data === "string"
     },
    part62(data, ctx) {     if (!this.part59(data)) {
            return false
        }
        return true
     },
    part63(data, ctx) {     if ("limits" in data) {
            if (!this.part64(data.limits)) {
                return false
            }
        }
        return true
     },
    part64(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part81(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part65(data, ctx) {     if (!this.part1(data)) {
            return false
        }
        if (!this.part66(data)) {
            return false
        }
        return true
     },
    part66(data, ctx) {     if (!this.part67(data)) {
            return false
        }
        if (!this.part70(data)) {
            return false
        }
        if (!this.part76(data)) {
            return false
        }
        if (!this.part78(data)) {
            return false
        }
        return true
     },
    part67(data, ctx) {     if ("core_file_size" in data) {
            if (!this.part68(data.core_file_size)) {
                return false
            }
        }
        return true
     },
    part68(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "bigint": return true
            case "null": return this.part38(data)
        }
        return false
     },
    part69(data, ctx) {     return typeof data === "bigint"
     },
    part70(data, ctx) {     if ("memory" in data) {
            if (!this.part71(data.memory)) {
                return false
            }
        }
        return true
     },
    part71(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "string": return this.part75(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part72(data, ctx) {     if (!this.part73(data)) {
            return false
        }
        if (!this.part74(data)) {
            return false
        }
        return true
     },
    part73(data, ctx) {     return typeof data === "string"
     },
    part74(data, ctx) {     return /^\s*\+?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[KkMmGgTtPpEe](?:[Ii]?[Bb])?|[Bb])\s*$/.test(data)
     },
    part75(data, ctx) {     if (!this.part74(data)) {
            return false
        }
        return true
     },
    part76(data, ctx) {     if ("open_files" in data) {
            if (!this.part77(data.open_files)) {
                return false
            }
        }
        return true
     },
    part77(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "bigint": return true
            case "null": return this.part38(data)
        }
        return false
     },
    part78(data, ctx) {     if ("processes" in data) {
            if (!this.part79(data.processes)) {
                return false
            }
        }
        return true
     },
    part79(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "bigint": return true
            case "null": return this.part38(data)
        }
        return false
     },
    part80(data, ctx) {     return typeof data === "bigint"
     },
    part81(data, ctx) {     if (!this.part66(data)) {
            return false
        }
        return true
     },
    part82(data, ctx) {     if ("persistent_disk" in data) {
            if (!this.part83(data.persistent_disk)) {
                return false
            }
        }
        return true
     },
    part83(data, ctx) {     if (this.part30(data)) {
            return true
        }
        if (this.part31(data)) {
            return true
        }
        return false
     },
    part84(data, ctx) {     if ("shutdown_signal" in data) {
            if (!this.part85(data.shutdown_signal)) {
                return false
            }
        }
        return true
     },
    part85(data, ctx) {     switch(data) {
            case "": return true
            case "INT": return true
            case "TERM": return true
        }
        return false
     },
    part86(data, ctx) {     return data === ""
     },
    part87(data, ctx) {     return data === "INT"
     },
    part88(data, ctx) {     return data === "TERM"
     },
    part89(data, ctx) {     if ("unsafe" in data) {
            if (!this.part90(data.unsafe)) {
                return false
            }
        }
        return true
     },
    part90(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part99(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part91(data, ctx) {     if (!this.part1(data)) {
            return false
        }
        if (!this.part92(data)) {
            return false
        }
        return true
     },
    part92(data, ctx) {     if (!this.part93(data)) {
            return false
        }
        if (!this.part95(data)) {
            return false
        }
        if (!this.part97(data)) {
            return false
        }
        return true
     },
    part93(data, ctx) {     if ("host_pid_namespace" in data) {
            if (!this.part94(data.host_pid_namespace)) {
                return false
            }
        }
        return true
     },
    part94(data, ctx) {     if (this.part30(data)) {
            return true
        }
        if (this.part31(data)) {
            return true
        }
        return false
     },
    part95(data, ctx) {     if ("privileged" in data) {
            if (!this.part96(data.privileged)) {
                return false
            }
        }
        return true
     },
    part96(data, ctx) {     if (this.part30(data)) {
            return true
        }
        if (this.part31(data)) {
            return true
        }
        return false
     },
    part97(data, ctx) {     if ("unrestricted_volumes" in data) {
            if (!this.part98(data.unrestricted_volumes)) {
                return false
            }
        }
        return true
     },
    part98(data, ctx) {     switch(typeof data === "object" ? data === null ? "null" : "object" : typeof data === "function" ? "object" : typeof data) {
            case "object": return this.part21(data)
            case "null": return this.part38(data)
        }
        return false
     },
    part99(data, ctx) {     if (!this.part92(data)) {
            return false
        }
        return true
     },
    part100(data, ctx) {     if ("workdir" in data) {
            if (!this.part101(data.workdir)) {
                return false
            }
        }
        return true
     },
    part101(data, ctx) {     return typeof data === "string"
     },
};

export function isJobFile(data) {
  return check.part0(data);
}
